-- Fails on every event type of which the daily counts hold other events than landing accepted; a
-- build that continues the last good one counts the dates it has touched.
with touched_dates as (
    select touched_date
    from {{ ref('int_touched_days') }}
    group by touched_date
),

landed as (
    select
        event_type,
        count(*) as event_count
    from {{ ref('land_events') }}
    {%- if continues_last_build() %}
        where
            {{ business_date('occurred_at') }}
            in (select touched_dates.touched_date from touched_dates)
    {%- endif %}
    group by event_type
),

counted as (
    select
        event_type,
        sum(event_count) as event_count
    from {{ ref('int_event_days') }}
    {%- if continues_last_build() %}
        where event_date in (select touched_dates.touched_date from touched_dates)
    {%- endif %}
    group by event_type
)

select
    landed.event_type,
    landed.event_count as landed_count,
    counted.event_count as counted_count
from landed
full outer join counted on landed.event_type = counted.event_type
where landed.event_count is distinct from counted.event_count
