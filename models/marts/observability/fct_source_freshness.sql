with expectations as (
    select
        event_source,
        expected_within_hours
    from {{ ref('source_freshness') }}
),

seen as (
    select
        event_source,
        max(last_received_at) as last_received_at,
        max(last_occurred_at) as last_occurred_at
    from {{ ref('int_event_days') }}
    group by event_source
),

as_of as (
    select known_at
    from {{ ref('int_as_of') }}
),

event_sources as (
    select event_source from expectations
    union distinct
    select event_source from seen
)

select
    event_sources.event_source,
    seen.last_received_at,
    seen.last_occurred_at,
    as_of.known_at,
    cast(
        {{ seconds_between('seen.last_received_at', 'as_of.known_at') }} / 3600 as double
    ) as hours_behind,
    expectations.expected_within_hours,
    case
        when expectations.expected_within_hours is not null
            then not coalesce(
                seen.last_received_at + expectations.expected_within_hours * interval '1' hour
                >= as_of.known_at,
                false
            )
    end as is_stale
from event_sources
cross join as_of
left join expectations on event_sources.event_source = expectations.event_source
left join seen on event_sources.event_source = seen.event_source
