with alerts as (
    select * from {{ ref('int_alert_episodes') }}
),

-- The date up to which the last good build and this one show the same days.
shown as (
    select least(as_of_date, {{ last_build('as_of_date') }}) as shown_date
    from {{ ref('int_as_of') }}
),

bounds as (
    select
        shown_date,
        {{ business_day_start("shown_date + interval '1' day") }} as first_moment
    from shown
)

select alert_id from {{ ref('int_touched_alerts') }}
union distinct
select alerts.alert_id
from alerts
cross join bounds
where
    alerts.closed_at is null
    or alerts.closed_at >= bounds.first_moment
    or alerts.opened_date > bounds.shown_date
