with events as (
    {{ staged_events([
        'io.mackerel.console.role.created',
        'io.mackerel.console.role.deleted',
    ], {
        'actor': console_actor_fields(),
        'role': {'serviceName': 'string', 'name': 'string'},
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.role.serviceName as service_name,
    payload.role.name as role_name,
    payload.role.serviceName || ':' || payload.role.name as role_fullname,
    {{ console_actor_columns() }}
from events
