{#- What an organization has at the end of a day: each measure, the history it is counted from, and the rows that count. -#}
{%- set measures = [
    ('member_count', 'int_membership_history', 'true'),
    ('service_count', 'int_service_history', 'true'),
    ('role_count', 'int_role_history', 'true'),
    ('monitor_count', 'int_monitor_history', 'true'),
    ('muted_monitor_count', 'int_monitor_history', 'is_mute'),
    ('channel_count', 'int_channel_history', 'true'),
    ('working_channel_count', 'int_channel_history', "channel_state = 'working'"),
    ('suspended_channel_count', 'int_channel_history', "channel_state = 'suspended'"),
    ('dashboard_count', 'int_dashboard_history', 'true'),
] -%}
with changes as (
    {%- for measure, history, counted in measures %}
    select
        organization_id,
        '{{ measure }}' as measure,
        {{ business_date('valid_from') }} as change_date,
        1 as change
    from {{ ref(history) }}
    where {{ counted }}
    union all
    select
        organization_id,
        '{{ measure }}' as measure,
        {{ business_date('valid_to') }} as change_date,
        -1 as change
    from {{ ref(history) }}
    where
        valid_to is not null
        and {{ counted }}
    union all
    {%- endfor %}
    select
        organization_id,
        'silent_host_count' as measure,
        valid_from as change_date,
        1 as change
    from {{ ref('int_host_silences') }}
    union all
    select
        organization_id,
        'silent_host_count' as measure,
        valid_to as change_date,
        -1 as change
    from {{ ref('int_host_silences') }}
    union all
    select
        organization_id,
        'open_ticket_count' as measure,
        opened_date as change_date,
        1 as change
    from {{ ref('int_support_tickets') }}
    union all
    select
        organization_id,
        'open_ticket_count' as measure,
        solved_date as change_date,
        -1 as change
    from {{ ref('int_support_tickets') }}
    where solved_date is not null
)

select
    organization_id,
    change_date,
    {%- for measure in measures | map('first') %}
    cast(sum(case when measure = '{{ measure }}' then change else 0 end) as bigint) as {{ measure }}_change,
    {%- endfor %}
    cast(sum(case when measure = 'silent_host_count' then change else 0 end) as bigint) as silent_host_count_change,
    cast(sum(case when measure = 'open_ticket_count' then change else 0 end) as bigint) as open_ticket_count_change
from changes
where organization_id is not null
group by organization_id, change_date
