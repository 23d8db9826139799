with arrivals as (
    select * from {{ on_touched_days(ref('int_event_arrivals'), 'event_date') }}
)

select
    organization_id,
    event_date,
    event_source,
    event_type,
    cast(sum(event_count) as bigint) as event_count,
    cast(sum(assumed_time_count) as bigint) as assumed_time_count,
    min(first_occurred_at) as first_occurred_at,
    max(last_occurred_at) as last_occurred_at,
    min(first_received_at) as first_received_at,
    max(last_received_at) as last_received_at
from arrivals
group by organization_id, event_date, event_source, event_type
