with events as (
    {{ staged_events([
        'io.mackerel.console.integration.created',
        'io.mackerel.console.integration.deleted',
    ], {
        'actor': console_actor_fields(),
        'integration': {'id': 'string', 'provider': 'string', 'services': ['string']},
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.integration.id as integration_id,
    payload.integration.provider,
    {{ list_to_text('payload.integration.services') }} as services,
    {{ console_actor_columns() }}
from events
