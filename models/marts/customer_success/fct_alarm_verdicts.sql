{#- A verdict that names no alarm of ours is about the account's last one, if that is no older. -#}
{%- set verdict_within_days = 60 -%}
with verdicts as (
    select * from {{ ref('int_verdicts') }}
),

alarms as (
    select * from {{ ref('fct_alarms') }}
),

matched as (
    select
        verdicts.event_key,
        verdicts.organization_id,
        verdicts.verdict,
        verdicts.author_id,
        verdicts.judged_date,
        alarms.alarm_id,
        alarms.alarmed_date,
        alarms.leading_cause,
        alarms.churned_date,
        coalesce(alarms.alarm_id = verdicts.alarm_id, false) as is_named,
        row_number() over (
            partition by verdicts.event_key
            order by
                case when alarms.alarm_id = verdicts.alarm_id then 0 else 1 end,
                alarms.alarmed_date desc
        ) as place
    from verdicts
    left join alarms
        on
            verdicts.organization_id = alarms.organization_id
            and verdicts.judged_date >= alarms.alarmed_date
            and (
                verdicts.alarm_id = alarms.alarm_id
                or verdicts.judged_date - {{ verdict_within_days }} <= alarms.alarmed_date
            )
)

select
    event_key,
    organization_id,
    alarm_id,
    alarmed_date,
    judged_date,
    verdict,
    author_id,
    is_named,
    leading_cause,
    churned_date
from matched
where place = 1
