with events as (
    {{ staged_events(['io.mackerel.api.invitation'], {
        'email': 'string', 'authority': 'string', 'expiresAt': 'bigint',
    }) }}
)

select
    {{ envelope_columns() }},
    payload.email,
    payload.authority,
    {{ mackerel_time('payload.expiresAt') }} as expires_at
from events
