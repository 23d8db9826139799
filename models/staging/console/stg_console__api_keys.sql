with events as (
    {{ staged_events([
        'io.mackerel.console.api-key.created',
        'io.mackerel.console.api-key.deleted',
        'io.mackerel.console.api-key.used',
    ], {
        'actor': console_actor_fields(),
        'apiKey': {'id': 'string', 'isRead': 'boolean', 'isWrite': 'boolean'},
        'requestCount': 'bigint', 'client': 'string',
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.apiKey.id as subject_api_key_id,
    payload.apiKey.isRead as is_read,
    payload.apiKey.isWrite as is_write,
    payload.requestCount as request_count,
    payload.client as request_client,
    {{ console_actor_columns() }}
from events
