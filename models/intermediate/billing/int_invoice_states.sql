with invoice_events as (
    select
        organization_id,
        invoice_id,
        'issued' as happening,
        occurred_at,
        event_key,
        period_start_date,
        period_end_date,
        due_date,
        amount_jpy,
        cast(null as string) as failure_reason
    from {{ ref('stg_billing__invoices') }}
    where invoice_id is not null
    union all
    select
        organization_id,
        invoice_id,
        outcome as happening,
        occurred_at,
        event_key,
        cast(null as date) as period_start_date,
        cast(null as date) as period_end_date,
        cast(null as date) as due_date,
        amount_jpy,
        reason as failure_reason
    from {{ ref('stg_billing__payments') }}
    where invoice_id is not null
),

as_of as (
    select
        as_of_date,
        {{ business_day_start("as_of_date + interval '1' day") }} as as_of_end_at
    from {{ ref('int_as_of') }}
),

numbered as (
    select
        *,
        row_number() over (
            partition by invoice_id, happening order by occurred_at desc, event_key desc
        ) as recency
    from invoice_events
),

invoices as (
    select
        invoice_id,
        max(organization_id) as organization_id,
        min(case when happening = 'issued' then occurred_at end) as issued_at,
        max(case when happening = 'issued' and recency = 1 then period_start_date end)
            as period_start_date,
        max(case when happening = 'issued' and recency = 1 then period_end_date end)
            as period_end_date,
        max(case when happening = 'issued' and recency = 1 then due_date end) as due_date,
        max(case when happening = 'issued' and recency = 1 then amount_jpy end) as amount_jpy,
        min(case when happening = 'received' then occurred_at end) as paid_at,
        coalesce(sum(case when happening = 'received' then amount_jpy end), 0) as paid_amount_jpy,
        count(*) filter (where happening = 'failed') as failed_payment_count,
        max(case when happening = 'failed' and recency = 1 then failure_reason end)
            as last_failure_reason
    from numbered
    group by invoice_id
)

select
    invoices.invoice_id,
    invoices.organization_id,
    invoices.issued_at,
    {{ business_date('invoices.issued_at') }} as issued_date,
    invoices.period_start_date,
    invoices.period_end_date,
    invoices.due_date,
    invoices.amount_jpy,
    invoices.paid_at,
    {{ business_date('invoices.paid_at') }} as paid_date,
    cast(invoices.paid_amount_jpy as bigint) as paid_amount_jpy,
    invoices.failed_payment_count,
    invoices.last_failure_reason,
    coalesce(invoices.paid_at < as_of.as_of_end_at, false) as is_paid_at_as_of,
    coalesce(invoices.due_date < as_of.as_of_date, false)
    and not coalesce(invoices.paid_at < as_of.as_of_end_at, false) as is_overdue_at_as_of
from invoices
cross join as_of
