-- Which reasons to call come before a departure, and what does the team say of them? (CRE)
-- Only alarms whose 90 days are over: of the others it cannot be known yet.
{% set horizon_days = 90 %}
with latest as (
    select max(state_date) as state_date
    from {{ ref('fct_health_scores') }}
),

alarms as (
    select alarms.*
    from {{ ref('fct_alarms') }} as alarms
    inner join latest on latest.state_date >= alarms.alarmed_date + {{ horizon_days }}
),

verdicts as (
    select
        alarm_id,
        count(*) as verdict_count,
        count(case when verdict = 'right' then 1 end) as right_count,
        count(case when verdict = 'wrong' then 1 end) as wrong_count
    from {{ ref('fct_alarm_verdicts') }}
    group by alarm_id
)

select
    alarms.leading_cause,
    count(*) as alarm_count,
    count(
        case when alarms.churned_date <= alarms.alarmed_date + {{ horizon_days }} then 1 end
    ) as churned_count,
    sum(alarms.expected_loss_jpy) as expected_loss_jpy,
    coalesce(sum(verdicts.verdict_count), 0) as verdict_count,
    coalesce(sum(verdicts.right_count), 0) as right_count,
    coalesce(sum(verdicts.wrong_count), 0) as wrong_count
from alarms
left join verdicts on alarms.alarm_id = verdicts.alarm_id
group by alarms.leading_cause
order by alarm_count desc, alarms.leading_cause asc
