{#- Listed again within four weeks is the same alarm. -#}
{%- set same_alarm_days = 28 -%}
{%- set window_days = health_window_days() -%}
with listed as (
    select * from {{ ref('fct_risk_weeks') }}
    where is_listed
),

-- What the customer did that took most off the score in the four weeks before.
falls as (
    select
        listed.organization_id,
        listed.week_end_date,
        changes.component,
        sum(changes.score_change) as score_change
    from listed
    inner join {{ ref('fct_health_score_changes') }} as changes
        on
            listed.organization_id = changes.organization_id
            and listed.week_end_date >= changes.state_date
            and listed.week_end_date - {{ window_days }} < changes.state_date
    where
        changes.cause = 'behaviour'
        and changes.incident_ids is null
    group by listed.organization_id, listed.week_end_date, changes.component
),

ranked_falls as (
    select
        *,
        row_number() over (
            partition by organization_id, week_end_date
            order by score_change asc, component asc
        ) as place
    from falls
),

followed as (
    select
        listed.*,
        falls.component as fall_component,
        case
            when
                lag(listed.week_end_date) over (
                    partition by listed.organization_id order by listed.week_end_date
                ) >= listed.week_end_date - {{ same_alarm_days }}
                then 0
            else 1
        end as begins_alarm
    from listed
    left join ranked_falls as falls
        on
            listed.organization_id = falls.organization_id
            and listed.week_end_date = falls.week_end_date
            and falls.place = 1
),

numbered as (
    select
        *,
        sum(begins_alarm) over (
            partition by organization_id order by week_end_date
            rows between unbounded preceding and current row
        ) as alarm_number
    from followed
),

lasting as (
    select
        organization_id,
        alarm_number,
        max(week_end_date) as last_listed_date,
        count(*) as listed_week_count
    from numbered
    group by organization_id, alarm_number
),

begun as (
    select
        *,
        sign is not null and sign_points >= fall_points as is_told_by_sign
    from numbered
    where begins_alarm = 1
),

next_churns as (
    select
        begun.organization_id,
        begun.week_end_date,
        min(churns.churned_date) as churned_date
    from begun
    inner join {{ ref('int_churns') }} as churns
        on
            begun.organization_id = churns.organization_id
            and begun.week_end_date < churns.churned_date
    group by begun.organization_id, begun.week_end_date
),

signs as (
    select * from {{ ref('risk_signs') }}
),

components as (
    select * from {{ ref('health_components') }}
),

steps as (
    select * from {{ ref('health_steps') }}
)

select
    begun.organization_id,
    begun.week_end_date as alarmed_date,
    lasting.last_listed_date,
    lasting.listed_week_count,
    begun.week_place,
    begun.risk_points,
    begun.fall_points,
    begun.sign,
    begun.fall_component,
    begun.worth_jpy,
    begun.expected_loss_jpy,
    next_churns.churned_date,
    coalesce(case when begun.is_told_by_sign then signs.playbook end, steps.playbook, 'save_talk')
        as playbook,
    case when begun.is_told_by_sign then begun.sign else begun.fall_component end as leading_cause,
    begun.organization_id || ':' || cast(begun.week_end_date as string) as alarm_id,
    case
        when begun.is_told_by_sign then signs.name_en
        else
            'Health fell by ' || cast(cast(begun.fall_points as decimal(9, 1)) as string)
            || ' points in four weeks, most by: ' || components.name_en
    end as reason_en,
    case
        when begun.is_told_by_sign then signs.name_ja
        else
            '健康度が4週間で' || cast(cast(begun.fall_points as decimal(9, 1)) as string)
            || '点低下。主な原因: ' || components.name_ja
    end as reason_ja
from begun
inner join lasting
    on
        begun.organization_id = lasting.organization_id
        and begun.alarm_number = lasting.alarm_number
left join next_churns
    on
        begun.organization_id = next_churns.organization_id
        and begun.week_end_date = next_churns.week_end_date
left join signs on begun.sign = signs.sign
left join components on begun.fall_component = components.component
left join steps on begun.fall_component = steps.component
