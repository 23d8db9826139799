with events as (
    {{ staged_events(['io.mackerel.webhook.sample'], {
        'orgName': 'string', 'message': 'string', 'imageUrl': 'string',
    }) }}
)

select
    {{ envelope_columns() }},
    payload.orgName as organization_name,
    payload.message,
    payload.imageUrl as image_url
from events
