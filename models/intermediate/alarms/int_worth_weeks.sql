{#- The most hosts of four weeks: a customer that fell silent is worth what it was. -#}
{%- set window_days = 28 -%}
with host_days as (
    select
        organization_id,
        state_date,
        standard_host_count
    from {{ ref('int_organization_host_days') }}
),

weeks as (
    select * from {{ ref('int_weeks') }}
),

plans as (
    select * from {{ ref('int_plan_history') }}
),

prices as (
    select * from {{ ref('int_price_history') }}
    where
        plan = 'standard'
        and item = 'standard_host'
),

week_prices as (
    select
        weeks.week_end_date,
        min(prices.unit_price_jpy) as unit_price_jpy
    from weeks
    inner join prices on {{ holds_at('prices', 'weeks.week_end_date') }}
    group by weeks.week_end_date
),

week_hosts as (
    select
        host_days.organization_id,
        weeks.week_end_date,
        max(host_days.standard_host_count) as standard_host_count
    from weeks
    inner join host_days
        on
            weeks.week_end_date >= host_days.state_date
            and weeks.week_end_date - {{ window_days }} < host_days.state_date
    group by host_days.organization_id, weeks.week_end_date
),

spine as (
    select
        spine.organization_id,
        spine.state_date as week_end_date
    from {{ ref('int_health_spine') }} as spine
    inner join weeks on spine.state_date = weeks.week_end_date
)

select
    spine.organization_id,
    spine.week_end_date,
    plans.plan,
    cast(
        greatest(
            coalesce(plans.mrr_jpy, 0),
            coalesce(week_hosts.standard_host_count, 0) * coalesce(week_prices.unit_price_jpy, 0)
        ) as bigint
    ) as worth_jpy,
    coalesce(plans.mrr_jpy, 0) as mrr_jpy
from spine
left join week_prices on spine.week_end_date = week_prices.week_end_date
left join week_hosts
    on
        spine.organization_id = week_hosts.organization_id
        and spine.week_end_date = week_hosts.week_end_date
left join plans
    on
        spine.organization_id = plans.organization_id
        and {{ holds_at('plans', 'spine.week_end_date') }}
