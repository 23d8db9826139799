with milestones as (
    select * from {{ ref('int_onboarding_milestones') }}
),

organizations as (
    select * from {{ ref('int_organizations') }}
),

medians as (
    select * from {{ ref('int_milestone_medians') }}
)

select
    milestones.organization_id,
    milestones.milestone,
    milestones.step_number,
    milestones.began_date,
    milestones.reached_date,
    milestones.expected_by_date,
    milestones.stuck_after_date,
    milestones.milestone_state,
    milestones.closed_date,
    milestones.days_taken,
    milestones.evidence_event_key,
    {{ comparable_columns('medians', 'organizations.segment', over='reached') }}
from milestones
inner join organizations on milestones.organization_id = organizations.organization_id
left join medians
    on
        organizations.segment = medians.segment
        and milestones.milestone = medians.milestone
