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

bounds as (
    {{ shown_by_both() }}
)

select host_id from touched_hosts
union distinct
select registrations.host_id
from registrations
cross join bounds
where registrations.registered_at >= bounds.shown_until
union distinct
select status_history.host_id
from status_history
cross join bounds
where
    status_history.valid_from >= bounds.shown_until
    or status_history.valid_to >= bounds.shown_until
union distinct
select reporting_spans.host_id
from reporting_spans
cross join bounds
-- A span's end is the day after its last report.
where reporting_spans.valid_to > {{ days_after('bounds.shown_date', '1') }}
