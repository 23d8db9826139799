with events as (
    {{ staged_events(['io.mackerel.cre.verdict.given'], {
        'verdict': {'alarmId': 'string', 'value': 'string'}, 'authorId': 'string',
    }) }}
)

select
    {{ envelope_columns() }},
    payload.verdict.alarmId as alarm_id,
    payload.verdict.value as verdict,
    payload.authorId as author_id
from events
