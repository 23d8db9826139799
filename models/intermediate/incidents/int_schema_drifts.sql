{#- A field that stays away for so long is gone, or for as long as its producer may be quiet. -#}
{%- set days_to_be_gone = 7 -%}
{#- How long a new field may be to blame: within a week staging can be told of it. -#}
{%- set days_to_explain = 7 -%}
with arrivals as (
    select * from {{ ref('int_unknown_field_arrivals') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

sources as (
    select
        event_source,
        greatest(
            {{ days_to_be_gone }}, cast(floor((expected_within_hours + 23) / 24) as bigint)
        ) as days_to_be_gone
    from {{ ref('source_freshness') }}
),

days as (
    select
        arrivals.event_source,
        arrivals.event_type,
        arrivals.field_path,
        arrivals.told_date,
        as_of.as_of_date,
        sum(arrivals.event_count) as event_count
    from arrivals
    cross join as_of
    where arrivals.told_date between as_of.log_start_date and as_of.as_of_date
    group by
        arrivals.event_source, arrivals.event_type, arrivals.field_path, arrivals.told_date,
        as_of.as_of_date
),

compared as (
    select
        days.*,
        coalesce(sources.days_to_be_gone, {{ days_to_be_gone }}) as days_to_be_gone,
        lag(days.told_date) over (
            partition by days.event_source, days.event_type, days.field_path
            order by days.told_date
        ) as seen_before_date
    from days
    left join sources on days.event_source = sources.event_source
),

numbered as (
    select
        *,
        sum(
            case
                when {{ days_between('seen_before_date', 'told_date') }} <= days_to_be_gone then 0
                else 1
            end
        ) over (
            partition by event_source, event_type, field_path
            order by told_date
        ) as spell_number
    from compared
),

spells as (
    select
        event_source,
        event_type,
        field_path,
        min(told_date) as started_date,
        max(told_date) as last_date,
        {{ days_between('max(told_date)', 'max(as_of_date)') }} <= max(days_to_be_gone) as is_open,
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
