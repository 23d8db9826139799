{#-
    What is added up over the observed days of a month, and where it stands. A month is read from its first day on, wherever in
    it the touched date lies.
-#}
{%- set added_up = {
    'organization_days': [
        'opened_alert_count', 'critical_alert_count', 'reporting_host_count', 'session_count',
        'dashboard_view_count',
    ],
    'acted_days': [
        'acted_alert_count', 'found_first_alert_count', 'off_hours_alert_count',
        'critical_acted_alert_count', 'closed_acted_alert_count', 'seconds_to_close',
    ],
    'host_days': ['sample_count'],
} -%}
{%- set days_before = 30 -%}
with organization_days as (
    select * from {{ onward(ref('fct_organization_days'), 'state_date', days_before) }}
),

acted_days as (
    select *
    from {{ onward(ref('int_organization_acted_alert_days'), 'alert_date', days_before) }}
),

host_days as (
    select * from {{ onward(ref('int_organization_host_days'), 'state_date', days_before) }}
),

standing_days as (
    select * from {{ onward(ref('int_organization_standing_days'), 'state_date', days_before) }}
),

user_months as (
    select * from {{ onward(ref('int_organization_user_months'), 'month_end_date') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

months as (
    select
        organization_days.organization_id,
        last_day(organization_days.state_date) as month_end_date,
        count(*) as lived_day_count,
        -- What the log counts is null on days before it.
        count(organization_days.session_count) as observed_day_count,
        count(case when organization_days.telemetry_state = 'telemetry_gap' then 1 end)
            as telemetry_gap_day_count,
        {%- for relation, counts in added_up.items() %}
            {%- for count in counts %}
                cast(
                    sum(
                        case
                            when organization_days.session_count is not null
                                then coalesce({{ relation }}.{{ count }}, 0)
                        end
                    ) as bigint
                ) as {{ count }},
            {%- endfor %}
        {%- endfor %}
        max_by(organization_days.role_count, organization_days.state_date) as role_count,
        max_by(
            case
                when organization_days.working_channel_count > 0
                    then standing_days.watched_role_count
                else 0
            end,
            organization_days.state_date
        ) as covered_role_count
    from organization_days
    inner join standing_days
        on
            organization_days.organization_id = standing_days.organization_id
            and organization_days.state_date = standing_days.state_date
    left join acted_days
        on
            organization_days.organization_id = acted_days.organization_id
            and organization_days.state_date = acted_days.alert_date
    left join host_days
        on
            organization_days.organization_id = host_days.organization_id
            and organization_days.state_date = host_days.state_date
    group by organization_days.organization_id, last_day(organization_days.state_date)
),

-- Months read only in part lie before the touched ones, and stay as they were.
touched_months as (
    select * from {{ onward('months', 'month_end_date') }}
)

select
    months.organization_id,
    months.month_end_date,
    months.observed_day_count,
    months.telemetry_gap_day_count,
    months.opened_alert_count,
    months.critical_alert_count,
    months.acted_alert_count,
    months.critical_acted_alert_count,
    months.found_first_alert_count,
    months.off_hours_alert_count,
    months.closed_acted_alert_count,
    months.seconds_to_close,
    months.reporting_host_count as host_day_count,
    months.sample_count,
    months.session_count,
    months.dashboard_view_count,
    cast(date_trunc('month', months.month_end_date) as date) as month_start_date,
    months.month_end_date <= as_of.as_of_date
    and months.observed_day_count = months.lived_day_count as is_complete,
    months.seconds_to_close / (60 * nullif(months.closed_acted_alert_count, 0))
        as mean_minutes_to_close,
    case when months.observed_day_count > 0 then months.role_count end as role_count,
    case when months.observed_day_count > 0 then months.covered_role_count end
        as covered_role_count,
    case
        when months.observed_day_count > 0
            then months.covered_role_count / nullif(months.role_count, 0)
    end as covered_role_share,
    case when months.observed_day_count > 0 then coalesce(user_months.active_user_count, 0) end
        as active_user_count
from touched_months as months
cross join as_of
left join user_months
    on
        months.organization_id = user_months.organization_id
        and months.month_end_date = user_months.month_end_date
