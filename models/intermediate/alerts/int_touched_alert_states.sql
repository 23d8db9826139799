with alerts as (
    select * from {{ ref('int_alert_episodes') }}
),

bounds as (
    {{ shown_by_both() }}
)

select alert_id from {{ ref('int_touched_alerts') }}
union distinct
select alerts.alert_id
from alerts
cross join bounds
where
    alerts.closed_at is null
    or alerts.closed_at >= bounds.shown_until
    or alerts.opened_date > bounds.shown_date
