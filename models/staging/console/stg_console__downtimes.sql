with events as (
    {{ staged_events([
        'io.mackerel.console.downtime.created',
        'io.mackerel.console.downtime.deleted',
    ], {
        'actor': console_actor_fields(),
        'downtime': {
            'id': 'string', 'name': 'string', 'start': 'bigint', 'durationMinutes': 'bigint',
        },
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.downtime.id as downtime_id,
    payload.downtime.name as downtime_name,
    {{ from_epoch_seconds('payload.downtime.start') }} as starts_at,
    payload.downtime.durationMinutes as duration_minutes,
    {{ console_actor_columns() }}
from events
