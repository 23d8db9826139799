with steps as (
    select * from {{ ref('int_onboarding_milestones') }}
),

-- Our own organizations and those of unknown kind are like nobody.
organizations as (
    select
        organization_id,
        segment
    from {{ ref('int_organizations') }}
    where
        segment is not null
        and not is_internal
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

durations as (
    select
        organizations.segment,
        steps.milestone,
        steps.reached_date is not null as is_over,
        -- Who took the step before its time began needed no time.
        case when steps.days_taken > 0 then steps.days_taken else 0 end as duration_days
    from steps
    inner join organizations on steps.organization_id = organizations.organization_id
    cross join as_of
    -- What began before the log did took nobody knows how long.
    where steps.began_date >= as_of.log_start_date
)

{{ survival_medians('durations', ['segment', 'milestone']) }}
