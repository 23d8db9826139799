with accounts as (
    select * from {{ ref('int_score_card_accounts') }}
),

deciles as (
    select
        month_start_date,
        score_version,
        horizon_days,
        score_decile,
        count(*) as account_count,
        count(case when is_churned then 1 end) as churned_count,
        min(score) as lowest_score,
        max(score) as highest_score
    from accounts
    group by month_start_date, score_version, horizon_days, score_decile
),

compared as (
    select
        *,
        sum(account_count) over (
            partition by month_start_date, score_version, horizon_days
        ) as all_account_count,
        sum(churned_count) over (
            partition by month_start_date, score_version, horizon_days
        ) as all_churned_count
    from deciles
)

select
    month_start_date,
    score_version,
    horizon_days,
    cast(score_decile as bigint) as score_decile,
    account_count,
    churned_count,
    lowest_score,
    highest_score,
    {{ share('churned_count', 'account_count') }} as churn_rate,
    {{ share('churned_count * all_account_count', 'account_count * all_churned_count') }} as lift
from compared
