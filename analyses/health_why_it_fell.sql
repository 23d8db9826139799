{%- set days_back = 28 -%}
{%- set organizations_shown = 10 -%}
-- Whose score fell most in four weeks, and what did it? The causes add up to the change. (CRE)
with scores as (
    select * from {{ ref('fct_health_scores') }}
),

latest as (
    select max(state_date) as state_date
    from scores
),

fallen as (
    select
        scores.organization_id,
        scores.state_date,
        scores.score,
        scores.score_change_28_days,
        row_number() over (
            order by scores.score_change_28_days asc, scores.organization_id asc
        ) as place
    from scores
    inner join latest on scores.state_date = latest.state_date
    where scores.score_change_28_days < 0
)

select
    fallen.place,
    fallen.organization_id,
    fallen.score,
    fallen.score_change_28_days,
    changes.cause,
    changes.component,
    sum(changes.score_change) as score_change
from fallen
inner join {{ ref('fct_health_score_changes') }} as changes
    on
        fallen.organization_id = changes.organization_id
        and fallen.state_date >= changes.state_date
        and fallen.state_date - {{ days_back }} < changes.state_date
where fallen.place <= {{ organizations_shown }}
group by
    fallen.place, fallen.organization_id, fallen.score, fallen.score_change_28_days,
    changes.cause, changes.component
order by fallen.place asc, score_change asc, changes.cause asc, changes.component asc
