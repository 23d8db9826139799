-- Plans and stages with no profile or two, profiles nobody has, rules and weights apart.
with stages as (
    select distinct stage
    from {{ ref('lifecycle_signs') }}
),

plans as (
    select plan
    from {{ ref('plans') }}
    union all
    select 'unknown' as plan
),

rules as (
    select * from {{ ref('health_profile_rules') }}
),

combinations as (
    select
        versions.score_version,
        plans.plan,
        stages.stage
    from {{ ref('health_versions') }} as versions
    cross join plans
    cross join stages
),

matches as (
    select
        combinations.score_version,
        combinations.plan,
        combinations.stage,
        rules.rule_name,
        rules.profile,
        rules.precedence,
        max(rules.precedence) over (
            partition by combinations.score_version, combinations.plan, combinations.stage
        ) as highest_precedence
    from combinations
    inner join rules
        on
            combinations.score_version = rules.score_version
            and combinations.plan = coalesce(rules.plan, combinations.plan)
            and combinations.stage = coalesce(rules.stage, combinations.stage)
),

deciding as (
    select * from matches
    where precedence = highest_precedence
),

weighted_profiles as (
    select
        score_version,
        profile
    from {{ ref('health_weights') }}
    group by score_version, profile
)

select
    combinations.score_version,
    combinations.plan,
    combinations.stage,
    cast(null as string) as profile,
    'No rule matches this plan and stage' as reason
from combinations
left join deciding
    on
        combinations.score_version = deciding.score_version
        and combinations.plan = deciding.plan
        and combinations.stage = deciding.stage
where deciding.rule_name is null
union all
select
    score_version,
    plan,
    stage,
    max(profile) as profile,
    'Two rules of the same precedence match this plan and stage: '
    || min(rule_name) || ' and ' || max(rule_name) as reason
from deciding
group by score_version, plan, stage
having count(*) > 1
union all
select
    rules.score_version,
    rules.plan,
    rules.stage,
    rules.profile,
    'Nobody can have this profile by the rule ' || rules.rule_name
    || ': others of a higher precedence match first' as reason
from rules
left join deciding
    on
        rules.score_version = deciding.score_version
        and rules.rule_name = deciding.rule_name
where deciding.rule_name is null
union all
select
    rules.score_version,
    rules.plan,
    rules.stage,
    rules.profile,
    'The profile has no weights' as reason
from rules
left join weighted_profiles
    on
        rules.score_version = weighted_profiles.score_version
        and rules.profile = weighted_profiles.profile
where weighted_profiles.profile is null
union all
select
    weighted_profiles.score_version,
    rules.plan,
    rules.stage,
    weighted_profiles.profile,
    'No rule names the profile: it matches nobody' as reason
from weighted_profiles
left join rules
    on
        weighted_profiles.score_version = rules.score_version
        and weighted_profiles.profile = rules.profile
where rules.profile is null
