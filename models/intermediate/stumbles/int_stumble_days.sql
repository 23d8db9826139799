{#-
    When each cause holds on a day. What the day says and nothing else: how long it must hold before
    it counts is a judgement and lies in the seed stumble_causes.
-#}
{%- set flood_alerts_a_week = 35 -%}
{%- set conditions = {
    'no_host': ["telemetry_state = 'no_data_yet'", "is_creation_told"],
    'hosts_without_roles': ["telemetry_state = 'reporting'", "host_in_role_count = 0"],
    'hosts_without_monitor': ["telemetry_state = 'reporting'", "monitor_count = 0"],
    'monitor_without_channel': ["monitor_count > 0", "channel_count = 0"],
    'channel_untested': [
        "monitor_count > 0", "working_channel_count = 0", "suspended_channel_count < channel_count",
    ],
    'monitors_muted': ["monitor_count > 0", "muted_monitor_count = monitor_count"],
    'channel_suspended': ["channel_count > 0", "suspended_channel_count = channel_count"],
    'alert_flood': [
        "week_opened_alert_count >= " ~ flood_alerts_a_week, "week_alert_action_count = 0",
    ],
    'agent_silent': ["silent_host_count > reporting_host_count"],
    'search_without_answer': ["has_vain_question"],
    'own_metrics_missing': ["telemetry_state = 'reporting'", "not has_own_metrics"],
    'dashboard_missing': [
        "telemetry_state = 'reporting'", "monitor_count > 0", "dashboard_count = 0",
    ],
    'alone': [
        "telemetry_state = 'reporting'", "member_count = 1", "not has_invited_members",
        "segment != 'individual'",
    ],
} -%}
{{ config(materialized='view') }}

with signs as (
    select * from {{ ref('int_stumble_signs') }}
)

{% for cause, condition in conditions.items() %}
    select
        organization_id,
        state_date,
        '{{ cause }}' as cause
    from signs
    where {{ condition | join(' and ') }}
    {%- if not loop.last %}
        union all
    {%- endif %}
{% endfor %}
