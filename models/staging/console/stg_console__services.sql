with events as (
    {{ staged_events([
        'io.mackerel.console.service.created',
        'io.mackerel.console.service.deleted',
    ], {
        'actor': console_actor_fields(),
        'service': {'name': 'string', 'memo': 'string'},
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.service.name as service_name,
    payload.service.memo,
    {{ console_actor_columns() }}
from events
