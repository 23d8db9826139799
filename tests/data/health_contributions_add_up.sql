-- Scores that are not what their components contribute.
with components as (
    select
        organization_id,
        state_date,
        sum(contribution) as contribution_sum
    from {{ ref('fct_health_score_components') }}
    group by organization_id, state_date
)

select
    scores.organization_id,
    scores.state_date,
    scores.score,
    components.contribution_sum,
    'The contributions do not add up to the score' as reason
from {{ ref('fct_health_scores') }} as scores
left join components
    on
        scores.organization_id = components.organization_id
        and scores.state_date = components.state_date
where scores.score is distinct from components.contribution_sum
