{#- Office hours of the business zone, for the most part of Japanese offices. -#}
{%- set office_opens_hour = 9 -%}
{%- set office_closes_hour = 18 -%}
with alerts as (
    select
        alert_id,
        organization_id,
        opened_at,
        opened_date,
        worst_status,
        seconds_to_close,
        {{ seconds_between(business_day_start('opened_date'), 'opened_at') }} as second_of_day
    from {{ onward(ref('int_alert_episodes'), 'opened_date') }}
    where
        organization_id is not null
        and is_acted_on
),

calendar as (
    select * from {{ ref('int_calendar') }}
),

-- Somebody is there for as long as a visit to the console would go on.
visits as (
    select
        organization_id,
        session_started_date as visit_date,
        session_started_at as began_at,
        session_ended_at + interval '{{ var("session_gap_minutes") }}' minute as over_at
    from {{ onward(ref('int_console_sessions'), 'session_started_date', days_before=1) }}
),

-- A visit ends with its day, but who has just left is there beyond midnight.
visit_days as (
    select * from visits
    union all
    select
        organization_id,
        {{ business_date('over_at') }} as visit_date,
        began_at,
        over_at
    from visits
    where {{ business_date('over_at') }} > visit_date
),

attended_alerts as (
    select alerts.alert_id
    from alerts
    inner join visit_days
        on
            alerts.organization_id = visit_days.organization_id
            and alerts.opened_date = visit_days.visit_date
            and alerts.opened_at >= visit_days.began_at
            and alerts.opened_at <= visit_days.over_at
    group by alerts.alert_id
),

judged as (
    select
        alerts.*,
        coalesce(calendar.is_business_day, false)
        and alerts.second_of_day >= {{ office_opens_hour * 3600 }}
        and alerts.second_of_day < {{ office_closes_hour * 3600 }} as is_in_office_hours,
        attended_alerts.alert_id is not null as is_attended
    from alerts
    left join calendar on alerts.opened_date = calendar.calendar_date
    left join attended_alerts on alerts.alert_id = attended_alerts.alert_id
)

select
    organization_id,
    opened_date as alert_date,
    cast(coalesce(sum(seconds_to_close), 0) as bigint) as seconds_to_close,
    count(*) as acted_alert_count,
    count(case when not is_attended then 1 end) as found_first_alert_count,
    count(case when not is_in_office_hours then 1 end) as off_hours_alert_count,
    count(case when worst_status = 'CRITICAL' then 1 end) as critical_acted_alert_count,
    count(seconds_to_close) as closed_acted_alert_count
from judged
group by organization_id, opened_date
