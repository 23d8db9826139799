with events as (
    {{ staged_events(['io.mackerel.billing.trial.started'], {
        'trial': {'plan': 'string', 'endsAt': 'string'},
    }) }}
)

select
    {{ envelope_columns() }},
    payload.trial.plan,
    {{ parse_timestamp('payload.trial.endsAt') }} as ends_at
from events
