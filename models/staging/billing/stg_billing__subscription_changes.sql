with events as (
    {{ staged_events(['io.mackerel.billing.subscription.changed'], {
        'subscription': {
            'id': 'string', 'plan': 'string', 'billingRegime': 'string',
            'billingPeriod': 'string', 'standardHosts': 'bigint', 'microHosts': 'bigint',
            'discountPercent': 'double', 'mrrJpy': 'bigint', 'currency': 'string',
            'effectiveDate': 'string',
        },
        'previous': {'plan': 'string'}, 'reason': 'string',
    }) }}
)

select
    {{ envelope_columns() }},
    payload.subscription.id as subscription_id,
    payload.subscription.plan,
    payload.previous.plan as previous_plan,
    payload.subscription.billingRegime as billing_regime,
    payload.subscription.billingPeriod as billing_period,
    payload.subscription.standardHosts as standard_host_count,
    payload.subscription.microHosts as micro_host_count,
    payload.subscription.discountPercent as discount_percent,
    payload.subscription.mrrJpy as mrr_jpy,
    payload.subscription.currency,
    {{ parse_date('payload.subscription.effectiveDate') }} as effective_date,
    payload.reason
from events
