with event_days as (
    select
        first_received_at,
        last_received_at
    from {{ ref('int_event_days') }}
),

log_bounds as (
    select
        min(first_received_at) as first_received_at,
        max(last_received_at) as last_received_at
    from event_days
),

dated as (
    select
        {{ business_date('first_received_at') }} as log_start_date,
        {{ business_date('last_received_at') }} as last_received_date,
        last_received_at as known_at
    from log_bounds
)

select
    {% if var('as_of_date') -%}
        date '{{ var("as_of_date") }}' as as_of_date,
    {%- else -%}
        -- A log of one day has no complete one: then that day, so that what came is shown.
        greatest(cast(last_received_date - interval '1' day as date), log_start_date) as as_of_date,
    {%- endif %}
    log_start_date,
    known_at
from dated
