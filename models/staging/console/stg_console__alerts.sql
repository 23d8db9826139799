with events as (
    {{ staged_events([
        'io.mackerel.console.alert.closed',
        'io.mackerel.console.alert.commented',
        'io.mackerel.console.alert.viewed',
    ], {
        'actor': console_actor_fields(),
        'alert': {'id': 'string'}, 'reason': 'string',
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.alert.id as alert_id,
    payload.reason,
    {{ console_actor_columns() }}
from events
