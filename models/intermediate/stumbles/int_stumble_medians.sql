with episodes as (
    select * from {{ ref('int_stumble_episodes') }}
),

causes as (
    select * from {{ ref('stumble_causes') }}
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
        episodes.cause,
        episodes.days_held as duration_days,
        not episodes.is_open as is_over
    from episodes
    inner join causes on episodes.cause = causes.cause
    inner join organizations on episodes.organization_id = organizations.organization_id
    cross join as_of
    where
        episodes.days_held > causes.counts_after_days
        -- What held on the log's first day had begun nobody knows when.
        and episodes.started_date > as_of.log_start_date
)

{{ survival_medians('durations', ['segment', 'cause']) }}
