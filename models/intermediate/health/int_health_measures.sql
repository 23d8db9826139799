{#-
    Of each component: what is counted (part), of what (whole), and when that is known. The points are those of part / whole,
    between the thresholds of `health_thresholds`. Part and whole are whole numbers: points and scores come out the same everywhere.
-#}
{%- set most_people_needed = 3 -%}
{%- set measures = {
    'hosts_reporting': {
        'part': 'telemetry_days.reporting_host_count',
        'whole': 'greatest(telemetry_days.reporting_host_count + standing_days.silent_host_count, 1)',
        'known': 'telemetry_days.reporting_host_count is not null',
    },
    'hosts_in_roles': {
        'part': 'host_days.host_in_role_count',
        'whole': 'host_days.reporting_host_count',
        'known': 'host_days.reporting_host_count > 0',
    },
    'agents_current': {
        'part': 'host_days.current_agent_host_count',
        'whole': 'host_days.known_agent_host_count',
        'known': 'host_days.known_agent_host_count > 0',
    },
    'integrations': {
        'part': 'host_days.metric_kind_count',
        'whole': '1',
        'known': 'host_days.reporting_host_count > 0',
    },
    'monitors_per_role': {
        'part': 'standing_days.monitor_count',
        'whole': 'greatest(standing_days.role_count, 1)',
        'known': 'true',
    },
    'monitors_unmuted': {
        'part': 'standing_days.monitor_count - standing_days.muted_monitor_count',
        'whole': 'standing_days.monitor_count',
        'known': 'standing_days.monitor_count > 0',
    },
    'channels_working': {
        'part': 'standing_days.working_channel_count',
        'whole': 'greatest(standing_days.channel_count, 1)',
        'known': 'true',
    },
    'alerts_acted_on': {
        'part': 'least(weeks.acted_alert_count, weeks.opened_alert_count)',
        'whole': 'weeks.opened_alert_count',
        'known': 'weeks.opened_alert_count > 0',
    },
    'hours_to_close': {
        'part': 'weeks.seconds_to_close',
        'whole': '3600 * weeks.closed_alert_count',
        'known': 'weeks.closed_alert_count > 0',
    },
    'dashboards_used': {
        'part': '1000 * weeks.dashboard_view_count',
        'whole': 'weeks.expected_use_permille',
        'known': 'weeks.expected_use_permille > 0',
    },
    'people_active': {
        'part': '1000 * weeks.active_user_count',
        'whole': 'greatest(standing_days.member_count, 1) * weeks.expected_use_permille',
        'known': 'weeks.expected_use_permille > 0',
    },
    'people_acting': {
        'part': 'least(acting_people.acting_people_count, ' ~ most_people_needed ~ ')',
        'whole': 'greatest(least(standing_days.member_count, ' ~ most_people_needed ~ '), 1)',
        'known': 'true',
    },
    'automation': {
        'part': 'weeks.automated_day_count',
        'whole': 'weeks.day_count',
        'known': 'weeks.day_count > 0',
    },
    'tickets_open': {
        'part': 'standing_days.open_ticket_count',
        'whole': '1',
        'known': 'true',
    },
    'recommendation': {
        'part': 'recommendations.score',
        'whole': '1',
        'known': 'recommendations.score is not null',
    },
    'payment': {
        'part': 'coalesce(payment_delays.days_late, 0)',
        'whole': '1',
        'known': 'plans.is_paid',
    },
    'room_in_plan': {
        'part': 'telemetry_days.reporting_host_count',
        'whole': 'plans.included_host_limit',
        'known': 'plans.included_host_limit > 0 and telemetry_days.reporting_host_count is not null',
    },
} -%}
with spine as (
    select * from {{ onward(ref('int_health_spine'), 'state_date') }}
),

telemetry_days as (
    select * from {{ onward(ref('int_organization_telemetry_days'), 'state_date') }}
),

host_days as (
    select * from {{ onward(ref('int_organization_host_days'), 'state_date') }}
),

standing_days as (
    select * from {{ onward(ref('int_organization_standing_days'), 'state_date') }}
),

weeks as (
    select * from {{ onward(ref('int_health_windows'), 'state_date') }}
),

acting_people as (
    select * from {{ onward(ref('int_acting_people'), 'state_date') }}
),

payment_delays as (
    select * from {{ onward(ref('int_payment_delays'), 'state_date') }}
),

recommendations as (
    select * from {{ ref('int_latest_recommendations') }}
),

plans as (
    select * from {{ ref('plans') }}
)

select
    {%- for component in health_components() %}
        {%- set measure = measures[component] %}
        case when {{ measure.known }} then cast({{ measure.part }} as bigint) end
            as {{ component }}_part,
        case when {{ measure.known }} then cast({{ measure.whole }} as bigint) end
            as {{ component }}_whole,
    {%- endfor %}
    spine.organization_id,
    spine.state_date,
    telemetry_days.is_deaf_date
from spine
inner join telemetry_days
    on
        spine.organization_id = telemetry_days.organization_id
        and spine.state_date = telemetry_days.state_date
inner join standing_days
    on
        spine.organization_id = standing_days.organization_id
        and spine.state_date = standing_days.state_date
inner join weeks
    on
        spine.organization_id = weeks.organization_id
        and spine.state_date = weeks.state_date
inner join acting_people
    on
        spine.organization_id = acting_people.organization_id
        and spine.state_date = acting_people.state_date
left join host_days
    on
        spine.organization_id = host_days.organization_id
        and spine.state_date = host_days.state_date
left join payment_delays
    on
        spine.organization_id = payment_delays.organization_id
        and spine.state_date = payment_delays.state_date
left join recommendations
    on
        spine.organization_id = recommendations.organization_id
        and {{ holds_at('recommendations', 'spine.state_date') }}
left join plans on spine.plan = plans.plan
