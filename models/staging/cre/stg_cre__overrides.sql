with events as (
    {{ staged_events(['io.mackerel.cre.override.set'], {
        'override': {'band': 'string', 'reason': 'string', 'expiresOn': 'string'},
        'authorId': 'string',
    }) }}
)

select
    {{ envelope_columns() }},
    payload.override.band,
    payload.override.reason,
    {{ parse_date('payload.override.expiresOn') }} as expires_date,
    payload.authorId as author_id
from events
