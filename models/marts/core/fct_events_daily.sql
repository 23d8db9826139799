with event_days as (
    select * from {{ on_touched_days(ref('int_event_days'), 'event_date') }}
),

as_of as (
    select as_of_date from {{ ref('int_as_of') }}
)

select
    event_days.event_date,
    event_days.event_source,
    event_days.event_type,
    event_days.event_count,
    event_days.assumed_time_count,
    event_days.first_occurred_at,
    event_days.last_occurred_at,
    event_days.first_received_at,
    event_days.last_received_at,
    event_days.organization_id,
    event_days.organization_id != '{{ no_organization() }}' as is_organization_known
from event_days
cross join as_of
where event_days.event_date <= as_of.as_of_date
