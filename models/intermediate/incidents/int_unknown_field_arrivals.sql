{{ config(pre_hook="{{ ask_for_repaired_days() }}") }}

with unknown_fields as (
    select * from {{ ref('int_unknown_fields') }}
),

-- The keys a line was landed with tell which events have to be taken apart: mostly none.
suspected_keys as (
    select
        events.event_type,
        events.data_keys
    from (
        {{ events_to_count() | indent(8) }}
    ) as events
    inner join unknown_fields
        on
            events.event_type = unknown_fields.event_type
            and instr(events.data_keys, unknown_fields.data_key) > 0
    group by events.event_type, events.data_keys
),

events as (
    {{ events_to_count() }}
),

suspected as (
    select events.*
    from events
    inner join suspected_keys
        on
            events.event_type = suspected_keys.event_type
            and events.data_keys = suspected_keys.data_keys
),

webhook_organizations as (
    select
        event_key,
        organization_id
    from {{ ref('int_webhook_organizations') }}
),

opened as (
    select
        event_key,
        landing_number,
        event_source,
        event_type,
        organization_id,
        {{ business_date('occurred_at') }} as event_date,
        {{ told_date('occurred_at') }} as told_date,
        {{ json_struct('raw_text', {'data': 'string'}) }} as envelope
    from suspected
),

resolved as (
    select
        opened.landing_number,
        opened.event_source,
        opened.event_type,
        opened.event_date,
        opened.told_date,
        coalesce(
            opened.organization_id, webhook_organizations.organization_id, '{{ no_organization() }}'
        ) as organization_id,
        {{ json_object_keys('opened.envelope.data') }} as field_names,
        {{ json_inner_keys('opened.envelope.data') }} as inner_names
    from opened
    left join webhook_organizations on opened.event_key = webhook_organizations.event_key
),

shapes as (
    select
        landing_number,
        organization_id,
        event_date,
        told_date,
        event_source,
        event_type,
        field_names,
        inner_names,
        count(*) as event_count
    from resolved
    where {{ is_to_be_counted('event_date') }}
    group by
        landing_number, organization_id, event_date, told_date, event_source, event_type,
        field_names, inner_names
),

paths as (
    select
        shapes.*,
        paths.field_path
    from shapes
    {{ unnest_list(key_paths('shapes.field_names', 'shapes.inner_names'), 'paths', 'field_path') }}
),

matched as (
    select
        paths.landing_number,
        paths.organization_id,
        paths.event_date,
        paths.told_date,
        paths.event_source,
        paths.event_type,
        unknown_fields.news_path as field_path,
        -- Several fields of one piece of news are one event.
        max(paths.event_count) as event_count
    from paths
    inner join unknown_fields
        on
            paths.event_type = unknown_fields.event_type
            and paths.field_path = unknown_fields.field_path
    group by
        paths.landing_number, paths.organization_id, paths.event_date, paths.told_date,
        paths.event_source, paths.event_type, paths.field_names, paths.inner_names,
        unknown_fields.news_path
)

select
    landing_number,
    organization_id,
    event_date,
    told_date,
    event_source,
    event_type,
    field_path,
    cast(sum(event_count) as bigint) as event_count
from matched
group by
    landing_number, organization_id, event_date, told_date, event_source, event_type, field_path
