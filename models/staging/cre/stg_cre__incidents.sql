with events as (
    {{ staged_events(['io.mackerel.cre.incident.declared'], {
        'incident': {
            'id': 'string', 'kind': 'string', 'title': 'string', 'startedAt': 'string',
            'endedAt': 'string', 'components': ['string'],
        },
    }) }}
)

select
    {{ envelope_columns() }},
    payload.incident.id as incident_id,
    payload.incident.kind as incident_kind,
    payload.incident.title as incident_title,
    {{ parse_timestamp('payload.incident.startedAt') }} as started_at,
    {{ parse_timestamp('payload.incident.endedAt') }} as ended_at,
    {{ list_to_text('payload.incident.components') }} as components
from events
