with events as (
    {{ staged_events([
        'io.mackerel.console.channel.created',
        'io.mackerel.console.channel.updated',
        'io.mackerel.console.channel.deleted',
        'io.mackerel.console.channel.suspended',
        'io.mackerel.console.channel.resumed',
        'io.mackerel.console.channel.tested',
    ], {
        'actor': console_actor_fields(),
        'channel': {'id': 'string', 'type': 'string', 'name': 'string'},
        'suspendedAt': 'bigint', 'reason': 'string', 'isDelivered': 'boolean',
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.channel.id as channel_id,
    payload.channel.type as channel_type,
    payload.channel.name as channel_name,
    payload.isDelivered as is_delivered,
    {{ from_epoch_seconds('payload.suspendedAt') }} as suspended_at,
    payload.reason,
    {{ console_actor_columns() }}
from events
