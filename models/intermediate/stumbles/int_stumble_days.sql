{#-
    When each cause holds on a day. What the day says and nothing else: how long it must hold before it counts is a judgement and lies
    in the seed stumble_causes.
-#}
{%- set flood_alerts_a_week = 35 -%}
{%- set conditions = {
    'no_host': "days.telemetry_state = 'no_data_yet'",
    'hosts_without_roles': "days.telemetry_state = 'reporting' and days.host_in_role_count = 0",
    'hosts_without_monitor': "days.telemetry_state = 'reporting' and days.monitor_count = 0",
    'monitor_without_channel': "days.monitor_count > 0 and days.channel_count = 0",
    'channel_suspended': "days.channel_count > 0 and days.suspended_channel_count = days.channel_count",
    'alert_flood': "days.week_opened_alert_count >= " ~ flood_alerts_a_week ~ " and days.week_alert_action_count = 0",
    'agent_silent': "days.silent_host_count > days.reporting_host_count",
    'search_without_answer': "days.has_vain_question",
    'dashboard_missing': "days.telemetry_state = 'reporting' and days.monitor_count > 0 and days.dashboard_count = 0",
    'alone': "days.segment != 'individual' and days.telemetry_state = 'reporting' and days.member_count = 1"
        ~ " and not days.has_invited_members",
} -%}
with days as (
    select * from {{ ref('int_stumble_signs') }}
)

{% for cause, condition in conditions.items() -%}
select
    organization_id,
    state_date,
    '{{ cause }}' as cause
from days
where {{ condition }}
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
