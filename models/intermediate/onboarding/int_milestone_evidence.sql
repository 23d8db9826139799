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
    select
        *,
        plugin_count > 0 or service_metric_count > 0 as has_own_metrics
    from {{ ref('int_host_days') }}
),

first_dates as (
    select
        organization_id,
        min(state_date) as first_reported_date,
        min(case when has_own_metrics then state_date end) as first_own_metrics_date
    from host_days
    group by organization_id
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
        host_days.organization_id,
        'first_host_posting' as milestone,
        host_days.state_date as reached_date,
        host_days.event_key
    from host_days
    inner join first_dates
        on
            host_days.organization_id = first_dates.organization_id
            and host_days.state_date = first_dates.first_reported_date
    union all
    select
        host_days.organization_id,
        'plugin_or_service_metric' as milestone,
        host_days.state_date as reached_date,
        host_days.event_key
    from host_days
    inner join first_dates
        on
            host_days.organization_id = first_dates.organization_id
            and host_days.state_date = first_dates.first_own_metrics_date
    where host_days.has_own_metrics
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
