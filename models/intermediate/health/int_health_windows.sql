{%- set window_days = health_window_days() -%}
{%- set counts = {
    'opened_days': ['opened_alert_count'],
    'acted_days': ['acted_alert_count'],
    'closed_days': ['closed_alert_count', 'seconds_to_close'],
    'activity_days': ['dashboard_view_count', 'active_user_count', 'automated_day_count'],
} -%}
with spine as (
    select *
    from {{ onward(ref('int_organization_spine'), 'state_date', days_before=window_days - 1) }}
),

calendar as (
    select * from {{ ref('int_calendar') }}
),

opened_days as (
    select
        organization_id,
        alert_date as counted_date,
        opened_alert_count
    from {{ onward(ref('int_organization_alert_days'), 'alert_date', days_before=window_days - 1) }}
),

alerts as (
    select
        organization_id,
        closed_date,
        seconds_to_close,
        {{ business_date('first_acted_at') }} as acted_date
    from {{ ref('int_alert_episodes') }}
),

-- By the day of the act: what happens to an alert later does not change what was known then.
acted_days as (
    select
        organization_id,
        acted_date as counted_date,
        count(*) as acted_alert_count
    from {{ onward('alerts', 'acted_date', days_before=window_days - 1) }}
    group by organization_id, acted_date
),

closed_days as (
    select
        organization_id,
        closed_date as counted_date,
        count(*) as closed_alert_count,
        sum(seconds_to_close) as seconds_to_close
    from {{ onward('alerts', 'closed_date', days_before=window_days - 1) }}
    group by organization_id, closed_date
),

activity_days as (
    select
        organization_id,
        activity_date as counted_date,
        dashboard_view_count,
        active_user_count,
        case when api_request_count > 0 then 1 else 0 end as automated_day_count
    from {{ onward(
        ref('int_organization_activity_days'), 'activity_date', days_before=window_days - 1
    ) }}
),

windows as (
    select
        spine.organization_id,
        spine.state_date,
        {%- for relation, columns in counts.items() %}
            {%- for column in columns %}
                cast(coalesce(sum({{ relation }}.{{ column }}) over four_weeks, 0) as bigint)
                    as {{ column }},
            {%- endfor %}
        {%- endfor %}
        -- Days before the log began let nothing be expected: nobody counted.
        cast(
            sum(case when spine.is_observed then calendar.use_permille else 0 end) over four_weeks
            as bigint
        ) as expected_use_permille,
        cast(sum(case when spine.is_observed then 1 else 0 end) over four_weeks as bigint)
            as day_count
    from spine
    inner join calendar on spine.state_date = calendar.calendar_date
    {%- for relation in counts %}
        left join {{ relation }}
            on
                spine.organization_id = {{ relation }}.organization_id
                and spine.state_date = {{ relation }}.counted_date
    {%- endfor %}
    window
        four_weeks as (
            partition by spine.organization_id order by spine.state_date
            rows between {{ window_days - 1 }} preceding and current row
        )
)

-- The days read only to look back on stay as they were.
select * from {{ onward('windows', 'state_date') }}
