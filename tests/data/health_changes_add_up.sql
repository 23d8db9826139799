-- Changes of a score that are not what their causes make.
with causes as (
    select
        organization_id,
        state_date,
        sum(score_change) as cause_sum
    from {{ ref('fct_health_score_changes') }}
    group by organization_id, state_date
)

select
    scores.organization_id,
    scores.state_date,
    scores.score_change_1_days,
    causes.cause_sum,
    'The causes do not add up to the change' as reason
from {{ ref('fct_health_scores') }} as scores
left join causes
    on
        scores.organization_id = causes.organization_id
        and scores.state_date = causes.state_date
where
    scores.score_change_1_days is not null
    and scores.score_change_1_days != coalesce(causes.cause_sum, 0)
union all
select
    causes.organization_id,
    causes.state_date,
    scores.score_change_1_days,
    causes.cause_sum,
    'Causes of a change that is none' as reason
from causes
left join {{ ref('fct_health_scores') }} as scores
    on
        causes.organization_id = scores.organization_id
        and causes.state_date = scores.state_date
where
    scores.score_change_1_days is null
    and causes.cause_sum != 0
