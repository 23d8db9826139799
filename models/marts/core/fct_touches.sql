select
    touch_id,
    organization_id,
    touch_kind,
    coverage,
    topic,
    stumble_cause,
    cre_id,
    touched_at,
    touched_date,
    event_key
from {{ ref('int_touches') }}
