with events as (
    {{ staged_events([
        'io.mackerel.console.notification-group.created',
        'io.mackerel.console.notification-group.updated',
        'io.mackerel.console.notification-group.deleted',
    ], {
        'actor': console_actor_fields(),
        'notificationGroup': {
            'id': 'string', 'type': 'string', 'name': 'string', 'childChannelIds': ['string'],
            'notificationLevel': 'string',
        },
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.notificationGroup.id as notification_group_id,
    payload.notificationGroup.type as notification_group_type,
    payload.notificationGroup.name as notification_group_name,
    {{ list_to_text('payload.notificationGroup.childChannelIds') }} as child_channel_ids,
    payload.notificationGroup.notificationLevel as notification_level,
    {{ console_actor_columns() }}
from events
