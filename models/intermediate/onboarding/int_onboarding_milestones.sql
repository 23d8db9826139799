with milestones as (
    select * from {{ ref('milestones') }}
),

organizations as (
    select * from {{ ref('int_organizations') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

reached as (
    select reached_by_day.*
    from {{ ref('int_milestone_evidence') }} as reached_by_day
    cross join as_of
    where reached_by_day.reached_date <= as_of.as_of_date
),

lives as (
    select
        organizations.organization_id,
        organizations.segment,
        as_of.as_of_date,
        as_of.log_start_date,
        case
            when organizations.ended_date <= as_of.as_of_date then organizations.ended_date
        end as closed_date
    from organizations
    cross join as_of
    where organizations.created_date <= as_of.as_of_date
),

steps as (
    select
        lives.organization_id,
        milestones.milestone,
        milestones.step_number,
        lives.closed_date,
        lives.log_start_date,
        reached.reached_date,
        reached.event_key as evidence_event_key,
        prerequisites.reached_date as began_date,
        milestones.expected_within_days,
        milestones.stuck_after_days,
        coalesce(lives.closed_date, lives.as_of_date) as seen_until_date
    from lives
    inner join milestones
        on
            milestones.not_for_segment is null
            or lives.segment is distinct from milestones.not_for_segment
    left join reached
        on
            lives.organization_id = reached.organization_id
            and milestones.milestone = reached.milestone
    left join reached as prerequisites
        on
            lives.organization_id = prerequisites.organization_id
            and coalesce(milestones.prerequisite, milestones.milestone) = prerequisites.milestone
),

dated as (
    select
        *,
        {{ days_after('began_date', 'expected_within_days') }} as expected_by_date,
        {{ days_after('began_date', 'stuck_after_days') }} as stuck_after_date
    from steps
)

select
    organization_id,
    milestone,
    step_number,
    began_date,
    reached_date,
    expected_by_date,
    stuck_after_date,
    case
        -- What began before the log did cannot be called late: nobody saw when it was reached.
        when reached_date is not null and coalesce(began_date < log_start_date, true) then 'reached'
        when reached_date <= expected_by_date then 'reached'
        when reached_date is not null then 'reached_late'
        when closed_date is not null then 'closed'
        when began_date is null then 'not_begun'
        when seen_until_date <= expected_by_date then 'on_track'
        when seen_until_date <= stuck_after_date then 'behind'
        else 'stuck'
    end as milestone_state,
    closed_date,
    cast(
        {{ days_between('began_date', 'coalesce(reached_date, seen_until_date)') }} as bigint
    ) as days_taken,
    evidence_event_key
from dated
