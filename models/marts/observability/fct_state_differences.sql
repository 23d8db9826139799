with comparisons as (
    select * from {{ ref('int_state_comparisons') }}
)

select
    organization_id,
    object_kind,
    object_id,
    attribute_name,
    difference_kind,
    event_state,
    snapshot_state,
    snapshot_at,
    event_key,
    is_console_heard
from comparisons
where difference_kind is not null
