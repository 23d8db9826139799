with events as (
    {{ staged_events([
        'io.mackerel.billing.payment.received',
        'io.mackerel.billing.payment.failed',
    ], {
        'invoiceId': 'string', 'amountJpy': 'bigint', 'reason': 'string',
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action('outcome') }},
    payload.invoiceId as invoice_id,
    payload.amountJpy as amount_jpy,
    payload.reason
from events
