{%- set console_models = [
    'alerts', 'annotations', 'api_keys', 'channels', 'dashboards', 'downtimes', 'integrations', 'invitations', 'monitors',
    'notification_groups', 'organizations', 'role_assignments', 'roles', 'services', 'users',
] -%}
with event_registry as (
    select
        event_type,
        feature
    from {{ ref('event_registry') }}
),

page_features as (
    select
        page_feature,
        feature
    from {{ ref('page_features') }}
),

console_events as (
    select
        event_key,
        event_type,
        organization_id,
        occurred_at,
        occurred_date,
        landing_number,
        actor_type,
        actor_user_id,
        client,
        feature as page_feature
    from {{ ref('stg_console__pages') }}
    where {{ is_new() }}
    {%- for console_model in console_models %}
        union all
        select
            event_key,
            event_type,
            organization_id,
            occurred_at,
            occurred_date,
            landing_number,
            actor_type,
            actor_user_id,
            client,
            cast(null as string) as page_feature
        from {{ ref('stg_console__' ~ console_model) }}
        where {{ is_new() }}
    {%- endfor %}
)

select
    console_events.event_key,
    console_events.event_type,
    console_events.organization_id,
    console_events.actor_user_id as user_id,
    console_events.occurred_at,
    console_events.occurred_date,
    console_events.landing_number,
    console_events.client,
    coalesce(page_features.feature, console_events.page_feature, event_registry.feature) as feature
from console_events
left join event_registry on console_events.event_type = event_registry.event_type
left join page_features on console_events.page_feature = page_features.page_feature
where
    console_events.actor_type = 'user'
    and console_events.actor_user_id is not null
    and console_events.organization_id is not null
