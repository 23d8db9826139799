with event_registry as (
    select * from {{ ref('event_registry') }}
),

seen as (
    select
        event_type,
        {{ joined_texts('event_source') }} as event_source
    from {{ ref('fct_events_daily') }}
    group by event_type
),

event_types as (
    select event_type from event_registry
    union distinct
    select event_type from seen
)

select
    event_types.event_type,
    event_registry.family,
    event_registry.object,
    event_registry.action,
    event_registry.feature,
    event_registry.feature_ja,
    event_registry.staging_model,
    event_registry.is_simulated,
    event_registry.is_customer_activity,
    event_registry.description,
    coalesce(event_registry.event_source, seen.event_source) as event_source,
    event_registry.event_type is not null as is_registered,
    seen.event_type is not null as is_seen
from event_types
left join event_registry on event_types.event_type = event_registry.event_type
left join seen on event_types.event_type = seen.event_type
