with spine as (
    select * from {{ onward(ref('int_organization_spine'), 'state_date') }}
    where is_observed
),

stages as (
    select * from {{ ref('int_organization_stages') }}
),

plans as (
    select * from {{ ref('int_plan_history') }}
)

select
    spine.organization_id,
    spine.state_date,
    stages.stage,
    coalesce(plans.plan, 'unknown') as plan
from spine
inner join stages
    on
        spine.organization_id = stages.organization_id
        and {{ holds_at('stages', 'spine.state_date') }}
left join plans
    on
        spine.organization_id = plans.organization_id
        and {{ holds_at('plans', 'spine.state_date') }}
where stages.stage != 'churned'
