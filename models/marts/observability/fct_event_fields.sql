select
    event_type,
    field_path,
    is_known,
    event_count
from {{ ref('int_event_fields') }}
