{#- Counts of what happened on a date. Before the log began nobody counted: null, not 0. -#}
{%- set counts_from_the_log = {
    'activity_days': [
        'active_user_count', 'session_count', 'user_event_count', 'changing_event_count',
        'dashboard_view_count', 'api_request_count', 'alert_action_count',
    ],
    'alert_days': [
        'opened_alert_count', 'critical_alert_count', 'ignored_alert_count', 'open_alert_count',
    ],
} -%}
with spine as (
    select * from {{ onward(ref('int_organization_spine'), 'state_date') }}
),

telemetry_days as (
    select * from {{ onward(ref('int_organization_telemetry_days'), 'state_date') }}
),

standing_days as (
    select * from {{ onward(ref('int_organization_standing_days'), 'state_date') }}
),

host_days as (
    select * from {{ onward(ref('int_organization_host_days'), 'state_date') }}
),

activity_days as (
    select * from {{ onward(ref('int_organization_activity_days'), 'activity_date') }}
),

alert_days as (
    select * from {{ onward(ref('int_organization_alert_days'), 'alert_date') }}
),

plans as (
    select * from {{ ref('int_plan_history') }}
)

select
    spine.organization_id,
    spine.state_date,
    spine.tenure_days,
    plans.plan,
    plans.billing_regime,
    plans.mrr_jpy,
    telemetry_days.telemetry_state,
    telemetry_days.reporting_host_count,
    host_days.standard_host_count,
    host_days.micro_host_count,
    host_days.host_in_role_count,
    host_days.hosts_with_plugin_count,
    host_days.service_metric_count,
    standing_days.silent_host_count,
    standing_days.member_count,
    standing_days.service_count,
    standing_days.role_count,
    standing_days.monitor_count,
    standing_days.muted_monitor_count,
    standing_days.channel_count,
    standing_days.working_channel_count,
    standing_days.suspended_channel_count,
    standing_days.dashboard_count,
    standing_days.open_ticket_count,
    {%- for relation, counts in counts_from_the_log.items() %}
        {%- for count in counts %}
            case when spine.is_observed then coalesce({{ relation }}.{{ count }}, 0) end
                as {{ count }},
        {%- endfor %}
    {%- endfor %}
    case
        when activity_days.user_event_count > 0 or activity_days.api_request_count > 0 then 'active'
        when spine.is_observed then 'no_activity'
        else 'no_data_yet'
    end as activity_state
from spine
inner join telemetry_days
    on
        spine.organization_id = telemetry_days.organization_id
        and spine.state_date = telemetry_days.state_date
inner join standing_days
    on
        spine.organization_id = standing_days.organization_id
        and spine.state_date = standing_days.state_date
left join host_days
    on
        spine.organization_id = host_days.organization_id
        and spine.state_date = host_days.state_date
left join activity_days
    on
        spine.organization_id = activity_days.organization_id
        and spine.state_date = activity_days.activity_date
left join alert_days
    on
        spine.organization_id = alert_days.organization_id
        and spine.state_date = alert_days.alert_date
left join plans
    on
        spine.organization_id = plans.organization_id
        and {{ holds_at('plans', 'spine.state_date') }}
