{#- Billing closes a trial within days; when it has said nothing by then, the trial has lapsed. -#}
{%- set grace_days = 3 -%}
with trials as (
    select
        *,
        {{ business_date('ends_at') }} as lapse_date
    from {{ ref('stg_billing__trials') }}
    where organization_id is not null
),

changes as (
    select * from {{ ref('stg_billing__subscription_changes') }}
    where organization_id is not null
),

ends as (
    select * from {{ ref('stg_billing__subscription_ends') }}
    where organization_id is not null
),

told as (
    select
        event_key,
        organization_id,
        occurred_at,
        occurred_date as effective_date,
        'trial_started' as change_reason,
        coalesce(plan, 'trial') as plan,
        cast(null as string) as billing_regime,
        cast(null as string) as billing_period,
        cast(null as bigint) as standard_host_count,
        cast(null as bigint) as micro_host_count,
        cast(0 as double) as discount_percent,
        cast(0 as bigint) as mrr_jpy
    from trials
    union all
    select
        event_key,
        organization_id,
        occurred_at,
        coalesce(effective_date, occurred_date) as effective_date,
        reason as change_reason,
        plan,
        billing_regime,
        billing_period,
        standard_host_count,
        micro_host_count,
        coalesce(discount_percent, 0) as discount_percent,
        coalesce(mrr_jpy, 0) as mrr_jpy
    from changes
    union all
    select
        event_key,
        organization_id,
        occurred_at,
        coalesce(ended_date, occurred_date) as effective_date,
        reason as change_reason,
        case when reason in ('downgraded', 'trial_expired') then 'free' else 'none' end as plan,
        cast(null as string) as billing_regime,
        cast(null as string) as billing_period,
        cast(null as bigint) as standard_host_count,
        cast(null as bigint) as micro_host_count,
        cast(0 as double) as discount_percent,
        cast(0 as bigint) as mrr_jpy
    from ends
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
)

select * from told
union all
select
    trials.event_key,
    trials.organization_id,
    trials.ends_at as occurred_at,
    trials.lapse_date as effective_date,
    'trial_lapsed' as change_reason,
    'free' as plan,
    cast(null as string) as billing_regime,
    cast(null as string) as billing_period,
    cast(null as bigint) as standard_host_count,
    cast(null as bigint) as micro_host_count,
    cast(0 as double) as discount_percent,
    cast(0 as bigint) as mrr_jpy
from trials
cross join as_of
left join told
    on
        trials.organization_id = told.organization_id
        and trials.event_key != told.event_key
        and trials.occurred_date <= told.effective_date
        and trials.lapse_date + interval '{{ grace_days }}' day > told.effective_date
where
    trials.lapse_date + interval '{{ grace_days }}' day <= as_of.as_of_date
    and told.organization_id is null
