-- Who is healthy, by profile and band, and how have they moved in four weeks? (CRE)
with scores as (
    select * from {{ ref('fct_health_scores') }}
),

latest as (
    select max(state_date) as state_date
    from scores
)

select
    scores.profile,
    scores.shown_band,
    count(*) as organization_count,
    avg(scores.score) as mean_score,
    count(scores.score_change_28_days) as compared_count,
    avg(scores.score_change_28_days) as mean_change_28_days
from scores
inner join latest on scores.state_date = latest.state_date
group by scores.profile, scores.shown_band
order by scores.profile asc, scores.shown_band asc
