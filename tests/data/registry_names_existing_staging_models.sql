-- Fails on every row of event_registry whose staging model does not exist or does not read it,
-- and on every type that a staging model reads and that is not registered.
with registered as (
    select
        event_type,
        staging_model
    from {{ ref('event_registry') }}
),

staged as (
    {%- for staging_model, event_type in staged_event_types() %}
        select
            '{{ staging_model }}' as staging_model,
            '{{ event_type }}' as event_type
        union all
    {%- endfor %}
    select
        cast(null as string) as staging_model,
        cast(null as string) as event_type
)

select
    registered.event_type,
    registered.staging_model,
    'the staging model does not read it' as problem
from registered
left join staged
    on
        registered.staging_model = staged.staging_model
        and registered.event_type like staged.event_type
where staged.event_type is null
union all
select
    staged.event_type,
    staged.staging_model,
    'not in event_registry' as problem
from staged
left join registered on staged.event_type = registered.event_type
where
    registered.event_type is null
    -- A pattern stands for a whole family, known types and unknown ones.
    and right(staged.event_type, 1) != '%'
