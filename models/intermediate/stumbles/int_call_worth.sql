with organizations as (
    select * from {{ ref('int_organizations') }}
),

as_of as (
    select as_of_date from {{ ref('int_as_of') }}
),

plans as (
    select plan_history.*
    from {{ ref('int_plan_history') }} as plan_history
    cross join as_of
    where {{ holds_at('plan_history', 'as_of.as_of_date') }}
),

host_prices as (
    select min(prices.unit_price_jpy) as unit_price_jpy
    from {{ ref('int_price_history') }} as prices
    cross join as_of
    where
        prices.plan = 'standard'
        and prices.item = 'standard_host'
        and {{ holds_at('prices', 'as_of.as_of_date') }}
),

-- The most hosts of the last four weeks: a customer that fell silent is worth what it was.
recent_hosts as (
    select
        host_days.organization_id,
        max(host_days.standard_host_count) as standard_host_count
    from {{ ref('int_organization_host_days') }} as host_days
    cross join as_of
    where
        host_days.state_date > as_of.as_of_date - interval '28' day
        and host_days.state_date <= as_of.as_of_date
    group by host_days.organization_id
),

priced as (
    select
        organizations.organization_id,
        plans.plan,
        coalesce(plans.mrr_jpy, 0) as mrr_jpy,
        coalesce(recent_hosts.standard_host_count, 0) * host_prices.unit_price_jpy
            as list_price_jpy
    from organizations
    cross join host_prices
    left join plans on organizations.organization_id = plans.organization_id
    left join recent_hosts on organizations.organization_id = recent_hosts.organization_id
)

select
    organization_id,
    plan,
    mrr_jpy,
    cast(greatest(mrr_jpy, list_price_jpy) as bigint) as worth_jpy
from priced
