with user_days as (
    select
        organization_id,
        occurred_date as activity_date,
        count(distinct user_id) as active_user_count,
        count(distinct user_id) filter (
            where event_type = 'io.mackerel.console.user.signed-in'
        ) as signed_in_user_count,
        count(*) as user_event_count,
        count(*) filter (where event_type = 'io.mackerel.console.page.viewed') as page_view_count
    from {{ onward(ref('int_user_actions'), 'occurred_date') }}
    group by organization_id, occurred_date
),

session_days as (
    select
        organization_id,
        session_started_date as activity_date,
        count(*) as session_count
    from {{ onward(ref('int_console_sessions'), 'session_started_date') }}
    group by organization_id, session_started_date
),

event_days as (
    select
        organization_id,
        event_date as activity_date,
        -- Looking at a thing, testing it or signing in changes nothing.
        sum(
            case
                when
                    {{ text_part('event_type', '.', -1) }} in (
                        'created', 'updated', 'deleted', 'muted', 'unmuted', 'assigned', 'resumed'
                    )
                    then event_count
                else 0
            end
        ) as changing_event_count,
        sum(
            case
                when event_type = 'io.mackerel.console.dashboard.viewed' then event_count else 0
            end
        ) as dashboard_view_count
    from {{ onward(ref('int_event_days'), 'event_date') }}
    where
        organization_id != '{{ no_organization() }}'
        and event_source = 'mackerel/console'
    group by organization_id, event_date
),

key_days as (
    select
        organization_id,
        occurred_date as activity_date,
        sum(request_count) as api_request_count,
        sum(case when request_client = 'mkr' then request_count else 0 end) as mkr_request_count,
        sum(case when request_client = 'terraform' then request_count else 0 end)
            as terraform_request_count
    from {{ onward(ref('stg_console__api_keys'), 'occurred_date') }}
    where
        action = 'used'
        and organization_id is not null
    group by organization_id, occurred_date
),

alert_days as (
    select
        organization_id,
        acted_date as activity_date,
        count(*) as alert_action_count
    from {{ onward(ref('int_alert_actions'), 'acted_date') }}
    where organization_id is not null
    group by organization_id, acted_date
),

organization_days as (
    {%- for day_counts in ['user_days', 'session_days', 'event_days', 'key_days', 'alert_days'] %}
        {%- if not loop.first %}
            union distinct
        {%- endif %}
        select
            organization_id,
            activity_date
        from {{ day_counts }}
    {%- endfor %}
)

select
    organization_days.organization_id,
    organization_days.activity_date,
    cast(coalesce(event_days.changing_event_count, 0) as bigint) as changing_event_count,
    cast(coalesce(event_days.dashboard_view_count, 0) as bigint) as dashboard_view_count,
    cast(coalesce(key_days.api_request_count, 0) as bigint) as api_request_count,
    cast(coalesce(key_days.mkr_request_count, 0) as bigint) as mkr_request_count,
    cast(coalesce(key_days.terraform_request_count, 0) as bigint) as terraform_request_count,
    coalesce(user_days.active_user_count, 0) as active_user_count,
    coalesce(user_days.signed_in_user_count, 0) as signed_in_user_count,
    coalesce(user_days.user_event_count, 0) as user_event_count,
    coalesce(user_days.page_view_count, 0) as page_view_count,
    coalesce(session_days.session_count, 0) as session_count,
    coalesce(alert_days.alert_action_count, 0) as alert_action_count
from organization_days
left join user_days
    on
        organization_days.organization_id = user_days.organization_id
        and organization_days.activity_date = user_days.activity_date
left join session_days
    on
        organization_days.organization_id = session_days.organization_id
        and organization_days.activity_date = session_days.activity_date
left join event_days
    on
        organization_days.organization_id = event_days.organization_id
        and organization_days.activity_date = event_days.activity_date
left join key_days
    on
        organization_days.organization_id = key_days.organization_id
        and organization_days.activity_date = key_days.activity_date
left join alert_days
    on
        organization_days.organization_id = alert_days.organization_id
        and organization_days.activity_date = alert_days.activity_date
