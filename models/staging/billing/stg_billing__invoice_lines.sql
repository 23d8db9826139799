with events as (
    {{ staged_events(['io.mackerel.billing.invoice.issued'], {
        'invoice': {
            'id': 'string',
            'lines': [{
                'item': 'string', 'quantity': 'double', 'unitPriceJpy': 'bigint', 'amountJpy': 'bigint',
            }],
        },
    }) }}
),

invoice_lines as (
    select
        events.*,
        numbered.invoice_line,
        numbered.line_number
    from events
    {{ unnest_numbered_list('payload.invoice.lines', 'numbered', 'invoice_line', 'line_number') }}
)

select
    {{ envelope_columns() }},
    invoice_lines.line_number,
    payload.invoice.id as invoice_id,
    invoice_line.item,
    invoice_line.quantity,
    invoice_line.unitPriceJpy as unit_price_jpy,
    invoice_line.amountJpy as amount_jpy
from invoice_lines
