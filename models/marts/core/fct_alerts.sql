with alerts as (
    select *
    from {{ of_touched(ref('int_alert_episodes'), 'int_touched_alert_states', ['alert_id']) }}
),

as_of as (
    select as_of_date from {{ ref('int_as_of') }}
)

select
    alerts.alert_id,
    alerts.organization_id,
    alerts.monitor_name,
    alerts.monitor_type,
    alerts.host_id,
    alerts.service_name,
    alerts.opened_at,
    alerts.opened_date,
    alerts.closed_at,
    alerts.closed_date,
    alerts.first_status,
    alerts.worst_status,
    alerts.status_change_count,
    alerts.closing_trigger,
    alerts.is_closed_by_person,
    alerts.first_acted_at,
    alerts.first_actor_user_id,
    alerts.action_count,
    alerts.is_acted_on,
    alerts.is_ignored,
    alerts.is_open_at_as_of,
    alerts.seconds_to_first_action,
    alerts.seconds_to_close
from alerts
cross join as_of
where alerts.opened_date <= as_of.as_of_date
