with console_events as (
    select
        organization_id,
        monitor_id,
        monitor_type,
        monitor_name,
        coalesce(is_mute, false) as is_mute,
        action = 'deleted' as is_gone,
        occurred_at,
        event_key
    from {{ ref('stg_console__monitors') }}
),

webhook_events as (
    select
        organizations.organization_id,
        changes.monitor_id,
        changes.monitor_type,
        changes.monitor_name,
        coalesce(changes.is_mute, false) as is_mute,
        changes.change_kind = 'deleted' as is_gone,
        changes.occurred_at,
        changes.event_key
    from {{ ref('stg_webhook__monitor_changes') }} as changes
    inner join {{ ref('int_webhook_organizations') }} as organizations
        on changes.event_key = organizations.event_key
),

-- The console tells the change itself; its webhook, dated by its arrival, is an echo of it.
echoes as (
    select webhook_events.event_key
    from webhook_events
    inner join console_events
        on
            webhook_events.organization_id = console_events.organization_id
            and webhook_events.monitor_id = console_events.monitor_id
            and webhook_events.is_gone = console_events.is_gone
            and webhook_events.is_mute = console_events.is_mute
            and webhook_events.monitor_name = console_events.monitor_name
    where
        console_events.occurred_at <= webhook_events.occurred_at
        and console_events.occurred_at > webhook_events.occurred_at - interval '1' hour
    group by webhook_events.event_key
),

events as (
    select * from console_events
    union all
    select webhook_events.*
    from webhook_events
    left join echoes on webhook_events.event_key = echoes.event_key
    where echoes.event_key is null
),

periods as (
    {{ state_periods(
        'events', ['organization_id', 'monitor_id'], ['monitor_type', 'monitor_name', 'is_mute']
    ) }}
)

select
    organization_id,
    monitor_id,
    valid_from,
    valid_to,
    monitor_type,
    monitor_name,
    is_mute,
    event_key
from periods
