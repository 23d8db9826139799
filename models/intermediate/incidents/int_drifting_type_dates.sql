with arrivals as (
    select * from {{ ref('int_unknown_field_arrivals') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

drifting_types as (
    select
        event_source,
        event_type
    from arrivals
    group by event_source, event_type
),

-- Beside the dates on which events came, those they tell of.
dates as (
    select
        event_days.event_source,
        event_days.event_type,
        event_days.event_date as type_date,
        1 as has_come
    from {{ ref('int_event_days') }} as event_days
    inner join drifting_types
        on
            event_days.event_source = drifting_types.event_source
            and event_days.event_type = drifting_types.event_type
    union all
    select
        event_source,
        event_type,
        told_date as type_date,
        0 as has_come
    from arrivals
),

type_dates as (
    select
        dates.event_source,
        dates.event_type,
        dates.type_date,
        max(dates.has_come) as has_come
    from dates
    inner join as_of
        on dates.type_date between as_of.log_start_date and as_of.as_of_date
    group by dates.event_source, dates.event_type, dates.type_date
)

select
    event_source,
    event_type,
    type_date,
    cast(
        sum(has_come) over (
            partition by event_source, event_type
            order by type_date
        ) as bigint
    ) as date_count
from type_dates
