with accounts as (
    select * from {{ ref('int_score_card_accounts') }}
),

versions as (
    select * from {{ ref('int_health_versions') }}
),

-- Everybody is a segment too, so that one table tells both.
told as (
    select
        month_start_date,
        score_version,
        horizon_days,
        segment,
        band,
        is_churned
    from accounts
    union all
    select
        month_start_date,
        score_version,
        horizon_days,
        'all' as segment,
        band,
        is_churned
    from accounts
),

counted as (
    select
        month_start_date,
        segment,
        score_version,
        horizon_days,
        count(*) as account_count,
        count(case when band in ('red', 'yellow') then 1 end) as alarmed_count,
        count(case when band = 'grey' then 1 end) as grey_count,
        count(case when is_churned then 1 end) as churned_count,
        count(case when is_churned and band in ('red', 'yellow') then 1 end)
            as churned_alarmed_count,
        count(case when is_churned and band = 'green' then 1 end) as churned_green_count
    from told
    group by month_start_date, segment, score_version, horizon_days
)

select
    counted.month_start_date,
    counted.segment,
    counted.score_version,
    versions.is_candidate,
    counted.horizon_days,
    counted.account_count,
    counted.alarmed_count,
    counted.grey_count,
    counted.churned_count,
    counted.churned_alarmed_count,
    counted.churned_green_count,
    counted.alarmed_count - counted.churned_alarmed_count as false_alarm_count,
    {{ share('counted.churned_alarmed_count', 'counted.churned_count') }} as alarm_recall,
    {{ share('counted.churned_alarmed_count', 'counted.alarmed_count') }} as alarm_precision,
    {{ share('counted.churned_count', 'counted.account_count') }} as churn_rate
from counted
inner join versions on counted.score_version = versions.score_version
