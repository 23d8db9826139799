with events as (
    {{ staged_events(['io.mackerel.billing.subscription.ended'], {
        'subscription': {'id': 'string'}, 'endedOn': 'string', 'reason': 'string',
    }) }}
)

select
    {{ envelope_columns() }},
    payload.subscription.id as subscription_id,
    {{ parse_date('payload.endedOn') }} as ended_date,
    payload.reason
from events
