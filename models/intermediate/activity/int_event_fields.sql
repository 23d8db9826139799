with events as (
    select
        landing_number,
        event_type,
        data,
        1 as event_count
    from {{ ref('land_events') }}
    where {{ is_new() }}
    union all
    -- An event that another delivery stands for now is counted with that one.
    select
        {{ last_build('landing_number') }} + 1 as landing_number,
        event_type,
        data,
        -1 as event_count
    from {{ ref('land_replaced_events') }}
),

keyed_events as (
    select
        landing_number,
        event_type,
        event_count,
        {{ json_object_keys('data') }} as field_names,
        {{ json_inner_keys('data') }} as inner_names
    from events
),

-- Few events differ in their keys: counted first, taken apart once a shape.
shapes as (
    select
        landing_number,
        event_type,
        field_names,
        inner_names,
        sum(event_count) as event_count
    from keyed_events
    group by landing_number, event_type, field_names, inner_names
),

paths as (
    select
        shapes.landing_number,
        shapes.event_type,
        shapes.field_names,
        shapes.inner_names,
        shapes.event_count,
        paths.field_path,
        case
            when paths.field_path like '%.%'
                then {{ text_part('paths.field_path', '.', 1) }} || '.*'
        end as any_key_path
    from shapes
    {{ unnest_list(key_paths('shapes.field_names', 'shapes.inner_names'), 'paths', 'field_path') }}
),

known_fields as (
    select
        event_type,
        field_path
    from {{ ref('event_fields') }}
),

matched as (
    select
        paths.landing_number,
        paths.event_type,
        coalesce(any_key_fields.field_path, paths.field_path) as field_path,
        coalesce(any_key_fields.field_path, known_fields.field_path) is not null as is_known,
        -- Several keys under one wildcard are one field of the event.
        max(paths.event_count) as event_count
    from paths
    left join known_fields
        on
            paths.event_type = known_fields.event_type
            and paths.field_path = known_fields.field_path
    left join known_fields as any_key_fields
        on
            paths.event_type = any_key_fields.event_type
            and paths.any_key_path = any_key_fields.field_path
    group by
        paths.landing_number,
        paths.event_type,
        paths.field_names,
        paths.inner_names,
        coalesce(any_key_fields.field_path, paths.field_path),
        coalesce(any_key_fields.field_path, known_fields.field_path) is not null
)

select
    landing_number,
    event_type,
    field_path,
    is_known,
    cast(sum(event_count) as bigint) as event_count
from matched
group by landing_number, event_type, field_path, is_known
