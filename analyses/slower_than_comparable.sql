-- Which customers wait at a step for more than twice as long as half of their like needed, and what
-- holds them up? (CRE)
-- A step without an open stumble has a question mark: nobody knows yet why it takes so long.
with waiting as (
    select * from {{ ref('fct_onboarding_milestones') }}
    where
        milestone_state in ('on_track', 'behind', 'stuck')
        and days_taken > 2 * comparable_median_days
),

open_stumbles as (
    select * from {{ ref('fct_stumbles') }}
    where is_open
)

select
    organizations.organization_name,
    organizations.segment,
    waiting.milestone,
    waiting.milestone_state,
    waiting.days_taken,
    waiting.comparable_median_days,
    waiting.comparable_count,
    open_stumbles.days_held,
    open_stumbles.comparable_median_days as usual_days_held,
    coalesce(open_stumbles.cause, '?') as cause
from waiting
inner join {{ ref('dim_organizations') }} as organizations
    on waiting.organization_id = organizations.organization_id
left join open_stumbles
    on
        waiting.organization_id = open_stumbles.organization_id
        and waiting.milestone = open_stumbles.blocked_milestone
where organizations.is_active
order by
    waiting.days_taken desc,
    organizations.organization_name asc,
    waiting.milestone asc,
    open_stumbles.cause asc
