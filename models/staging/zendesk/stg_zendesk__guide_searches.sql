with events as (
    {{ staged_events(['com.zendesk.guide.search'], {
        'query': 'string', 'resultCount': 'bigint', 'userId': 'string', 'locale': 'string',
    }) }}
)

select
    {{ envelope_columns() }},
    payload.query as query_text,
    payload.resultCount as result_count,
    payload.userId as user_id,
    payload.locale
from events
