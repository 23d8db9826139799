-- Fails on every event type that event_registry and modelled_event_types() do not agree on:
-- stg_other__events would show it twice or not at all.
with registered as (
    select event_type
    from {{ ref('event_registry') }}
    where family != 'api'
),

modelled as (
    {%- for event_type in modelled_event_types() %}
        select '{{ event_type }}' as event_type
        {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    registered.event_type as registered_type,
    modelled.event_type as modelled_type
from registered
full outer join modelled on registered.event_type = modelled.event_type
where
    registered.event_type is null
    or modelled.event_type is null
