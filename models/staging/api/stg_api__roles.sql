with events as (
    {{ staged_events(['io.mackerel.api.role'], {
        'name': 'string', 'serviceName': 'string', 'memo': 'string',
    }) }}
)

select
    {{ envelope_columns() }},
    payload.name as role_name,
    payload.serviceName as service_name,
    payload.serviceName || ':' || payload.name as role_fullname,
    payload.memo
from events
