-- How many times as often as all do accounts of each tenth of the score leave? (analyst)
with deciles as (
    select * from {{ ref('fct_health_score_deciles') }}
),

added_up as (
    select
        horizon_days,
        score_version,
        score_decile,
        sum(account_count) as account_count,
        sum(churned_count) as churned_count
    from deciles
    group by horizon_days, score_version, score_decile
),

compared as (
    select
        *,
        sum(account_count) over (partition by horizon_days, score_version) as all_account_count,
        sum(churned_count) over (partition by horizon_days, score_version) as all_churned_count
    from added_up
)

select
    horizon_days,
    score_version,
    score_decile,
    account_count,
    churned_count,
    {{ share('churned_count', 'account_count') }} as churn_rate,
    {{ share('churned_count * all_account_count', 'account_count * all_churned_count') }} as lift
from compared
order by horizon_days asc, score_version asc, score_decile asc
