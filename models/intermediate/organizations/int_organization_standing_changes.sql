{#- Each measure, the history it is counted from, and which of its periods count. -#}
{%- set histories = [
    ('member_count', 'int_membership_history', 'true'),
    ('service_count', 'int_service_history', 'true'),
    ('role_count', 'int_role_history', 'true'),
    ('watched_role_count', 'int_role_watch_history', 'true'),
    ('monitor_count', 'int_monitor_history', 'true'),
    ('muted_monitor_count', 'int_monitor_history', 'is_mute'),
    ('channel_count', 'int_channel_history', 'true'),
    ('working_channel_count', 'int_channel_history', "channel_state = 'working'"),
    ('suspended_channel_count', 'int_channel_history', "channel_state = 'suspended'"),
    ('dashboard_count', 'int_dashboard_history', 'true'),
] -%}
with periods as (
    {%- for measure, history, condition in histories %}
        select
            organization_id,
            '{{ measure }}' as measure,
            {{ business_date('valid_from') }} as started_date,
            {{ business_date('valid_to') }} as ended_date
        from {{ ref(history) }}
        where {{ condition }}
        union all
    {%- endfor %}
    select
        organization_id,
        'silent_host_count' as measure,
        valid_from as started_date,
        valid_to as ended_date
    from {{ ref('int_host_silences') }}
    union all
    select
        organization_id,
        'open_ticket_count' as measure,
        opened_date as started_date,
        solved_date as ended_date
    from {{ ref('int_support_tickets') }}
),

changes as (
    select
        organization_id,
        measure,
        started_date as change_date,
        1 as count_change
    from periods
    union all
    select
        organization_id,
        measure,
        ended_date as change_date,
        -1 as count_change
    from periods
    where ended_date is not null
)

select
    {%- for measure in standings() %}
        cast(
            sum(case when measure = '{{ measure }}' then count_change else 0 end) as bigint
        ) as {{ measure }}_change,
    {%- endfor %}
    organization_id,
    change_date
from changes
where organization_id is not null
group by organization_id, change_date
