with console_actions as (
    select
        event_key,
        organization_id,
        alert_id,
        actor_user_id as user_id,
        action as alert_action,
        occurred_at as acted_at
    from {{ ref('stg_console__alerts') }}
    where
        actor_type = 'user'
        and actor_user_id is not null
        and alert_id is not null
),

console_closed_alerts as (
    select alert_id
    from console_actions
    where alert_action = 'closed'
    group by alert_id
),

webhook_closes as (
    select
        status_changes.event_key,
        status_changes.organization_id,
        status_changes.alert_id,
        status_changes.actor_user_id as user_id,
        'closed' as alert_action,
        status_changes.changed_at as acted_at
    from {{ ref('int_alert_status_changes') }} as status_changes
    left join console_closed_alerts on status_changes.alert_id = console_closed_alerts.alert_id
    where
        not status_changes.is_open
        and status_changes.actor_user_id is not null
        -- The console tells of the same click; it is one action.
        and console_closed_alerts.alert_id is null
),

actions as (
    select
        *,
        'console' as action_source
    from console_actions
    union all
    select
        *,
        'webhook' as action_source
    from webhook_closes
)

select
    event_key,
    organization_id,
    alert_id,
    user_id,
    alert_action,
    acted_at,
    {{ business_date('acted_at') }} as acted_date,
    action_source
from actions
