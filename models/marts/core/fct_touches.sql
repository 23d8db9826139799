with touches as (
    select * from {{ ref('int_touches') }}
),

as_of as (
    select as_of_date from {{ ref('int_as_of') }}
)

select
    touches.touch_id,
    touches.organization_id,
    touches.touch_kind,
    touches.coverage,
    touches.topic,
    touches.stumble_cause,
    touches.cre_id,
    touches.touched_at,
    touches.touched_date,
    touches.event_key
from touches
cross join as_of
where touches.touched_date <= as_of.as_of_date
