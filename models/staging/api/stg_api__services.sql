with events as (
    {{ staged_events(['io.mackerel.api.service'], {
        'name': 'string', 'memo': 'string', 'roles': ['string'],
    }) }}
)

select
    {{ envelope_columns() }},
    payload.name as service_name,
    payload.memo,
    {{ list_to_text('payload.roles') }} as role_names,
    {{ list_length('payload.roles') }} as role_count
from events
