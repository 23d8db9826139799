with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

late_invoices as (
    select
        invoices.organization_id,
        invoices.due_date,
        {{ days_after('invoices.due_date', '1') }} as first_late_date,
        least(
            coalesce({{ days_after('invoices.paid_date', '-1') }}, as_of.as_of_date),
            as_of.as_of_date
        ) as last_late_date
    from {{ ref('int_invoice_states') }} as invoices
    cross join as_of
    where
        invoices.organization_id is not null
        and invoices.due_date is not null
),

late_days as (
    select
        late_invoices.organization_id,
        late_invoices.due_date,
        dates.state_date
    from late_invoices
    {{ unnest_dates(
        'late_invoices.first_late_date', 'late_invoices.last_late_date', 'dates', 'state_date',
    ) }}
)

select
    organization_id,
    state_date,
    cast({{ days_between('min(due_date)', 'state_date') }} as bigint) as days_late
from late_days
group by organization_id, state_date
