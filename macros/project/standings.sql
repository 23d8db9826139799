{#- What an organization has at a time, counted from the histories of its things. -#}
{% macro standings() -%}
    {{ return([
        'member_count', 'service_count', 'role_count', 'watched_role_count', 'monitor_count',
        'muted_monitor_count', 'channel_count', 'working_channel_count', 'suspended_channel_count',
        'dashboard_count', 'silent_host_count', 'open_ticket_count',
    ]) }}
{%- endmacro %}
