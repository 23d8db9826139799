with events as (
    {{ staged_events(['io.mackerel.cre.touch.logged'], {
        'touch': {
            'id': 'string', 'kind': 'string', 'coverage': 'string', 'topic': 'string',
            'stumble': 'string', 'creId': 'string',
        },
    }) }}
)

select
    {{ envelope_columns() }},
    payload.touch.id as touch_id,
    payload.touch.kind as touch_kind,
    payload.touch.coverage,
    payload.touch.topic,
    payload.touch.stumble,
    payload.touch.creId as cre_id
from events
