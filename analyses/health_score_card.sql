-- Does the score see who leaves, and would the candidate see it better? (product owner)
-- Months are added up, so that a month with few departures counts as few.
with score_card as (
    select * from {{ ref('fct_health_score_card') }}
    where segment = 'all'
)

select
    horizon_days,
    score_version,
    is_candidate,
    count(*) as month_count,
    sum(account_count) as account_count,
    sum(churned_count) as churned_count,
    sum(churned_alarmed_count) as churned_alarmed_count,
    sum(churned_green_count) as churned_green_count,
    sum(false_alarm_count) as false_alarm_count,
    {{ share('sum(churned_alarmed_count)', 'sum(churned_count)') }} as alarm_recall,
    {{ share('sum(churned_alarmed_count)', 'sum(alarmed_count)') }} as alarm_precision,
    {{ share('sum(churned_count)', 'sum(account_count)') }} as churn_rate
from score_card
group by horizon_days, score_version, is_candidate
order by horizon_days asc, score_version asc
