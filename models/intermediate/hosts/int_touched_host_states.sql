with touched_hosts as (
    select * from {{ ref('int_touched_host_histories') }}
),

registrations as (
    select * from {{ ref('int_host_registrations') }}
),

status_history as (
    select * from {{ ref('int_host_status_history') }}
),

reporting_spans as (
    select * from {{ ref('int_host_reporting_spans') }}
),

-- The date up to which the last good build and this one show the same days.
shown as (
    select least(as_of_date, {{ last_build('as_of_date') }}) as shown_date
    from {{ ref('int_as_of') }}
),

bounds as (
    select
        cast(shown_date + interval '1' day as date) as first_date,
        {{ business_day_start("shown_date + interval '1' day") }} as first_moment
    from shown
)

select host_id from touched_hosts
union distinct
select registrations.host_id
from registrations
cross join bounds
where registrations.registered_at >= bounds.first_moment
union distinct
select status_history.host_id
from status_history
cross join bounds
where
    status_history.valid_from >= bounds.first_moment
    or status_history.valid_to >= bounds.first_moment
union distinct
select reporting_spans.host_id
from reporting_spans
cross join bounds
-- A span's end is the day after its last report.
where reporting_spans.valid_to > bounds.first_date
