with stages as (
    select distinct stage
    from {{ ref('lifecycle_signs') }}
),

-- An organization of which no plan is known has a profile by its stage, as everybody.
plans as (
    select plan
    from {{ ref('plans') }}
    union all
    select 'unknown' as plan
),

rules as (
    select * from {{ ref('health_profile_rules') }}
),

matches as (
    select
        rules.score_version,
        plans.plan,
        stages.stage,
        rules.profile,
        rules.rule_name,
        row_number() over (
            partition by rules.score_version, plans.plan, stages.stage
            order by rules.precedence desc, rules.rule_name asc
        ) as place
    from plans
    cross join stages
    inner join rules
        on
            plans.plan = coalesce(rules.plan, plans.plan)
            and stages.stage = coalesce(rules.stage, stages.stage)
)

select
    score_version,
    plan,
    stage,
    profile,
    rule_name
from matches
where place = 1
