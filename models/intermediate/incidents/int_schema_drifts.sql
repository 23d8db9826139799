{#- On so many dates a type may come without the field before the field is gone. -#}
{%- set dates_without = 7 -%}
{#- How long a new field may be to blame: within a week staging can be told of it. -#}
{%- set days_to_explain = 7 -%}
with sightings as (
    select
        event_source,
        event_type,
        field_path,
        told_date,
        sum(event_count) as event_count
    from {{ ref('int_unknown_field_arrivals') }}
    group by event_source, event_type, field_path, told_date
),

type_dates as (
    select * from {{ ref('int_drifting_type_dates') }}
),

last_dates as (
    select
        event_source,
        event_type,
        max(date_count) as last_date_count
    from type_dates
    group by event_source, event_type
),

counted as (
    select
        sightings.event_source,
        sightings.event_type,
        sightings.field_path,
        sightings.told_date,
        sightings.event_count,
        type_dates.date_count,
        last_dates.last_date_count,
        lag(type_dates.date_count) over (
            partition by sightings.event_source, sightings.event_type, sightings.field_path
            order by sightings.told_date
        ) as date_count_before
    from sightings
    inner join type_dates
        on
            sightings.event_source = type_dates.event_source
            and sightings.event_type = type_dates.event_type
            and sightings.told_date = type_dates.type_date
    inner join last_dates
        on
            sightings.event_source = last_dates.event_source
            and sightings.event_type = last_dates.event_type
),

-- From one sighting to the next, dates on which the type came without the field lie between.
numbered as (
    select
        *,
        sum(case when date_count - date_count_before - 1 <= {{ dates_without }} then 0 else 1 end)
            over (
                partition by event_source, event_type, field_path
                order by told_date
            ) as spell_number
    from counted
),

spells as (
    select
        event_source,
        event_type,
        field_path,
        min(told_date) as started_date,
        max(told_date) as last_date,
        max(last_date_count) - max(date_count) <= {{ dates_without }} as is_open,
        cast(sum(event_count) as bigint) as event_count
    from numbered
    group by event_source, event_type, field_path, spell_number
)

select
    event_source,
    event_type,
    field_path,
    started_date,
    last_date,
    is_open,
    event_count,
    'found-schema_drift-' || cast(started_date as string)
    || '-' || event_source || '-' || event_type || '-' || field_path as incident_id,
    least(
        last_date, {{ days_after('started_date', days_to_explain - 1) }}
    ) as last_explained_date
from spells
