{#-
    Each cause moves the score from where the causes before it left it, both rounded: the causes of
    a date add up to its change exactly.
-#}
with terms as (
    select * from {{ onward(ref('int_health_change_terms'), 'state_date') }}
),

scores as (
    select * from {{ onward(ref('fct_health_scores'), 'state_date', days_before=1) }}
),

version_scores as (
    select * from {{ onward(ref('int_health_scores'), 'state_date', days_before=1) }}
),

effects as (
    select * from {{ onward(ref('int_incident_effects'), 'effect_date') }}
),

running as (
    select
        *,
        score_before_term + sum(term) over (
            partition by organization_id, state_date order by place
            rows between unbounded preceding and current row
        ) as score_after_term
    from terms
),

day_pairs as (
    select
        scores.organization_id,
        scores.state_date,
        scores.score_version,
        scores.score,
        scores.override_band,
        earlier_scores.score_version as score_version_before,
        earlier_scores.score as score_before,
        earlier_scores.override_band as override_band_before
    from scores
    inner join scores as earlier_scores
        on
            scores.organization_id = earlier_scores.organization_id
            and scores.state_date = earlier_scores.state_date + 1
),

-- A change from or to no score is none.
changes as (
    select * from day_pairs
    where
        score is not null
        and score_before is not null
),

causes_of_components as (
    select
        running.organization_id,
        running.state_date,
        running.cause,
        running.component,
        running.told_before,
        running.told_after,
        {{ score_step(
            'running.score_after_term - running.term', 'running.score_after_term',
            'running.denominator'
        ) }} as score_change
    from running
    inner join changes
        on
            running.organization_id = changes.organization_id
            and running.state_date = changes.state_date
),

-- What the day before would have scored with the version of the date. Where that is nothing, the
-- new version alone made the score.
changes_of_version as (
    select
        changes.organization_id,
        changes.state_date,
        'weights' as cause,
        'all' as component,
        cast(changes.score_version_before as string) as told_before,
        cast(changes.score_version as string) as told_after,
        cast(
            coalesce(version_scores.score, changes.score) - changes.score_before
            as decimal(9, 4)
        ) as score_change
    from changes
    left join version_scores
        on
            changes.organization_id = version_scores.organization_id
            and changes.score_version = version_scores.score_version
            and changes.state_date = version_scores.state_date + 1
    where changes.score_version != changes.score_version_before
),

-- A person's judgement stands beside the score and moves it by nothing.
changes_of_override as (
    select
        organization_id,
        state_date,
        'override' as cause,
        'all' as component,
        override_band_before as told_before,
        override_band as told_after,
        cast(0 as decimal(9, 4)) as score_change
    from day_pairs
    where override_band is distinct from override_band_before
),

causes as (
    select * from causes_of_components
    union all
    select * from changes_of_version
    union all
    select * from changes_of_override
)

select
    causes.*,
    effects.incident_ids
from causes
left join effects
    on
        causes.organization_id = effects.organization_id
        and causes.state_date = effects.effect_date
