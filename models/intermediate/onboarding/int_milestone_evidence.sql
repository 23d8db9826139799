{#- Steps that a history shows: the history, and which of its periods count. -#}
{%- set histories = [
    ('services_and_roles_set', 'int_role_assignment_history', 'is_in_role'),
    ('monitor_set', 'int_monitor_history', 'true'),
    ('notification_channel_working', 'int_channel_history', "channel_state = 'working'"),
    ('dashboard_built', 'int_dashboard_history', 'true'),
] -%}
with organizations as (
    select * from {{ ref('int_organizations') }}
),

organization_events as (
    select * from {{ ref('stg_console__organizations') }}
),

host_days as (
    select * from {{ ref('int_organization_host_days') }}
),

joined_users as (
    select
        *,
        row_number() over (
            partition by organization_id order by valid_from, user_id, event_key
        ) as joining_number,
        row_number() over (
            partition by organization_id, user_id order by valid_from, event_key
        ) as user_period_number
    from {{ ref('int_membership_history') }}
),

reached as (
    {%- for milestone, history, condition in histories %}
        select
            organization_id,
            '{{ milestone }}' as milestone,
            {{ business_date('valid_from') }} as reached_date,
            event_key
        from {{ ref(history) }}
        where {{ condition }}
        union all
    {%- endfor %}
    select
        organizations.organization_id,
        'organization_created' as milestone,
        organizations.created_date as reached_date,
        organization_events.event_key
    from organizations
    inner join organization_events
        on
            organizations.organization_id = organization_events.organization_id
            and organization_events.action = 'created'
    union all
    select
        organization_id,
        'first_host_posting' as milestone,
        state_date as reached_date,
        event_key
    from host_days
    union all
    select
        organization_id,
        'plugin_or_service_metric' as milestone,
        state_date as reached_date,
        own_metrics_event_key as event_key
    from host_days
    where own_metrics_event_key is not null
    union all
    select
        organization_id,
        'members_invited' as milestone,
        {{ business_date('valid_from') }} as reached_date,
        event_key
    from joined_users
    where
        joining_number > 1
        and user_period_number = 1
)

select
    organization_id,
    milestone,
    min(reached_date) as reached_date,
    min_by(event_key, {{ order_key('reached_date', 'event_key') }}) as event_key
from reached
group by organization_id, milestone
