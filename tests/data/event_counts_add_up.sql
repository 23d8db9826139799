-- Fails on every event type of which more or fewer events are counted than landing accepted: by
-- landing (a build that continues the last good one counts the new one), or by day.
with landed as (
    select
        event_type,
        count(*) as event_count
    from {{ ref('land_events') }}
    {%- if continues_last_build() %}
        where {{ arrived_since_last_build() }}
    {%- endif %}
    group by event_type
),

arrived as (
    select
        event_type,
        sum(event_count) as event_count
    from {{ ref('int_event_arrivals') }}
    {%- if continues_last_build() %}
        where {{ arrived_since_last_build() }}
    {%- endif %}
    group by event_type
),

all_arrived as (
    select
        event_type,
        sum(event_count) as event_count
    from {{ ref('int_event_arrivals') }}
    group by event_type
),

dated as (
    select
        event_type,
        sum(event_count) as event_count
    from {{ ref('int_event_days') }}
    group by event_type
)

select
    landed.event_type,
    landed.event_count as expected_count,
    arrived.event_count as counted_count
from landed
full outer join arrived on landed.event_type = arrived.event_type
where landed.event_count is distinct from arrived.event_count
union all
select
    all_arrived.event_type,
    all_arrived.event_count as expected_count,
    dated.event_count as counted_count
from all_arrived
full outer join dated on all_arrived.event_type = dated.event_type
where all_arrived.event_count is distinct from dated.event_count
