select
    event_date,
    event_source,
    event_type,
    event_count,
    assumed_time_count,
    first_occurred_at,
    last_occurred_at,
    first_received_at,
    last_received_at,
    coalesce(organization_id, '(none)') as organization_id,
    organization_id is not null as is_organization_known
from {{ ref('int_event_days') }}
