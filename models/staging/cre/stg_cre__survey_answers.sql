with events as (
    {{ staged_events(['io.mackerel.cre.survey.answered'], {
        'survey': {'id': 'string', 'kind': 'string', 'score': 'bigint'}, 'userId': 'string',
        'comment': 'string',
    }) }}
)

select
    {{ envelope_columns() }},
    payload.survey.id as survey_id,
    payload.survey.kind as survey_kind,
    payload.survey.score,
    payload.userId as user_id,
    payload.comment as comment_text
from events
