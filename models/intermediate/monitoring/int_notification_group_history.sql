with events as (
    select
        organization_id,
        notification_group_id,
        notification_group_type,
        notification_group_name,
        notification_level,
        child_channel_ids,
        occurred_at,
        event_key,
        action = 'deleted' as is_gone
    from {{ ref('stg_console__notification_groups') }}
),

periods as (
    {{ state_periods(
        'events', ['organization_id', 'notification_group_id'],
        ['notification_group_type', 'notification_group_name', 'notification_level', 'child_channel_ids']
    ) }}
)

select
    organization_id,
    notification_group_id,
    valid_from,
    valid_to,
    notification_group_type,
    notification_group_name,
    notification_level,
    child_channel_ids,
    coalesce(
        {{ list_length("split(nullif(child_channel_ids, ''), ',')") }}, 0
    ) as child_channel_count,
    event_key
from periods
