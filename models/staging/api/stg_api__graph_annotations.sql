with events as (
    {{ staged_events(['io.mackerel.api.graph-annotation'], {
        'id': 'string', 'title': 'string', 'description': 'string', 'from': 'bigint', 'to': 'bigint',
        'service': 'string', 'roles': ['string'],
    }) }}
)

select
    {{ envelope_columns() }},
    payload.id as graph_annotation_id,
    payload.title,
    payload.description,
    {{ mackerel_time('payload.from') }} as from_at,
    {{ mackerel_time('payload.to') }} as to_at,
    payload.service as service_name,
    {{ list_to_text('payload.roles') }} as role_names
from events
