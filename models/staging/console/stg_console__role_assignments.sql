with events as (
    {{ staged_events(['io.mackerel.console.role.assigned'], {
        'actor': console_actor_fields(),
        'host': {'id': 'string'}, 'roleFullnames': ['string'],
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.host.id as host_id,
    {{ list_to_text('payload.roleFullnames') }} as role_fullnames,
    {{ console_actor_columns() }}
from events
