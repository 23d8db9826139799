with events as (
    {{ staged_events([
        'io.mackerel.console.organization.created',
        'io.mackerel.console.organization.renamed',
        'io.mackerel.console.organization.deleted',
    ], {
        'actor': console_actor_fields(),
        'organization': {
            'name': 'string', 'previousName': 'string', 'displayName': 'string',
            'segment': 'string', 'signupSource': 'string', 'isInternal': 'boolean',
        },
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.organization.name as organization_name,
    payload.organization.previousName as previous_organization_name,
    payload.organization.displayName as display_name,
    payload.organization.segment,
    payload.organization.signupSource as signup_source,
    payload.organization.isInternal as is_internal,
    {{ console_actor_columns() }}
from events
