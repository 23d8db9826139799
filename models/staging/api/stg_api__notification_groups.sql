with events as (
    {{ staged_events(['io.mackerel.api.notification-group'], {
        'id': 'string', 'type': 'string', 'name': 'string', 'notificationLevel': 'string',
        'monitors': 'json', 'services': 'json',
    }) }}
),

-- Both ...Ids and ...IDs occur; read by path, since a struct's fields may not differ in case only.
with_children as (
    select
        *,
        coalesce(
            {{ json_string_list('data', '$.childNotificationGroupIds') }},
            {{ json_string_list('data', '$.childNotificationGroupIDs') }}
        ) as child_notification_groups,
        coalesce(
            {{ json_string_list('data', '$.childChannelIds') }},
            {{ json_string_list('data', '$.childChannelIDs') }}
        ) as child_channels
    from events
)

select
    {{ envelope_columns() }},
    payload.id as notification_group_id,
    payload.type as notification_group_type,
    payload.name as notification_group_name,
    payload.notificationLevel as notification_level,
    {{ list_to_text('child_notification_groups') }} as child_notification_group_ids,
    {{ list_to_text('child_channels') }} as child_channel_ids,
    {{ list_length('child_channels') }} as child_channel_count,
    {{ list_to_text(json_field_list('payload.monitors', 'id')) }} as monitor_ids,
    {{ list_to_text(json_field_list('payload.services', 'name')) }} as service_names
from with_children
