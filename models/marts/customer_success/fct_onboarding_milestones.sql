with milestones as (
    select * from {{ ref('int_onboarding_milestones') }}
)

select
    organization_id,
    milestone,
    step_number,
    began_date,
    reached_date,
    expected_by_date,
    stuck_after_date,
    milestone_state,
    closed_date,
    days_taken,
    evidence_event_key
from milestones
