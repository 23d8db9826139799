-- At which step of the first run do customers lose time, and who gets stuck? (product owner)
-- Only customers whose first day we saw: of the others nobody knows when they took a step.
with observed_days as (
    select min(state_date) as first_observed_date
    from {{ ref('fct_organization_days') }}
    where active_user_count is not null
),

newcomers as (
    select organizations.organization_id
    from {{ ref('dim_organizations') }} as organizations
    cross join observed_days
    where organizations.created_date >= observed_days.first_observed_date
)

select
    milestones.step_number,
    milestones.milestone,
    percentile_cont(0.5) within group (
        order by case when milestones.reached_date is not null then milestones.days_taken end
    ) as median_days_of_reached,
    count(case when milestones.milestone_state = 'reached' then 1 end) as reached_count,
    count(case when milestones.milestone_state = 'reached_late' then 1 end) as reached_late_count,
    count(case when milestones.milestone_state in ('on_track', 'behind') then 1 end)
        as under_way_count,
    count(case when milestones.milestone_state = 'stuck' then 1 end) as stuck_count,
    count(case when milestones.milestone_state = 'closed' then 1 end) as closed_count
from {{ ref('fct_onboarding_milestones') }} as milestones
inner join newcomers on milestones.organization_id = newcomers.organization_id
group by milestones.step_number, milestones.milestone
order by milestones.step_number
