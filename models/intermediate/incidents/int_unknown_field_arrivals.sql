{{ config(pre_hook="{{ ask_for_repaired_days() }}") }}

with described_types as (
    select event_type
    from {{ ref('event_fields') }}
    group by event_type
),

unknown_fields as (
    select
        event_type,
        field_path,
        {{ text_part('field_path', '.', 1) }} as data_key
    from {{ ref('int_event_fields') }}
    where not is_known
    group by event_type, field_path
),

-- One news each: a new object's own fields are no news beside it, nor are those of a type that
-- nobody has described.
news as (
    select
        unknown_fields.event_type,
        unknown_fields.field_path,
        unknown_fields.data_key,
        case
            when described_types.event_type is null then '*'
            else unknown_fields.field_path
        end as news_path
    from unknown_fields
    left join described_types on unknown_fields.event_type = described_types.event_type
    left join unknown_fields as outer_fields
        on
            unknown_fields.event_type = outer_fields.event_type
            and unknown_fields.data_key = outer_fields.field_path
            and unknown_fields.field_path != outer_fields.field_path
    where outer_fields.field_path is null
),

events as (
    {{ events_to_count() }}
),

-- The keys a line was landed with tell which of them have to be taken apart: mostly none.
suspected as (
    select *
    from events
    where
        exists (
            select 1
            from news
            where
                news.event_type = events.event_type
                and instr(events.data_keys, news.data_key) > 0
        )
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
        news.news_path as field_path,
        -- Several fields of one piece of news are one event.
        max(paths.event_count) as event_count
    from paths
    inner join news
        on
            paths.event_type = news.event_type
            and paths.field_path = news.field_path
    group by
        paths.landing_number, paths.organization_id, paths.event_date, paths.told_date,
        paths.event_source, paths.event_type, paths.field_names, paths.inner_names, news.news_path
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
