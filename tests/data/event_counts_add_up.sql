-- Fails on every event type of which the daily counts hold other events than landing accepted.
with landed as (
    select
        event_type,
        count(*) as event_count
    from {{ ref('land_events') }}
    group by event_type
),

counted as (
    select
        event_type,
        sum(event_count) as event_count
    from {{ ref('int_event_days') }}
    group by event_type
)

select
    landed.event_type,
    landed.event_count as landed_count,
    counted.event_count as counted_count
from landed
full outer join counted on landed.event_type = counted.event_type
where landed.event_count is distinct from counted.event_count
