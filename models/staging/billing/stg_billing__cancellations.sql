with events as (
    {{ staged_events(['io.mackerel.billing.cancellation.requested'], {
        'cancellation': {'reason': 'string', 'effectiveDate': 'string'},
        'requestedBy': {'userId': 'string'},
    }) }}
)

select
    {{ envelope_columns() }},
    payload.cancellation.reason,
    {{ parse_date('payload.cancellation.effectiveDate') }} as effective_date,
    payload.requestedBy.userId as requested_by_user_id
from events
