with event_fields as (
    select * from {{ ref('int_event_fields') }}
)

select
    event_type,
    field_path,
    is_known,
    cast(sum(event_count) as bigint) as event_count
from event_fields
group by event_type, field_path, is_known
having sum(event_count) > 0
