with events as (
    {{ staged_events(['io.mackerel.billing.invoice.issued'], {
        'invoice': {
            'id': 'string', 'periodStart': 'string', 'periodEnd': 'string', 'dueDate': 'string',
            'amountJpy': 'bigint', 'lines': ['json'],
        },
    }) }}
)

select
    {{ envelope_columns() }},
    payload.invoice.id as invoice_id,
    {{ parse_date('payload.invoice.periodStart') }} as period_start_date,
    {{ parse_date('payload.invoice.periodEnd') }} as period_end_date,
    {{ parse_date('payload.invoice.dueDate') }} as due_date,
    payload.invoice.amountJpy as amount_jpy,
    {{ list_length('payload.invoice.lines') }} as line_count
from events
