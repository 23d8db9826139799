with events as (
    select
        organization_id,
        service_name,
        occurred_at,
        event_key,
        action = 'deleted' as is_gone
    from {{ ref('stg_console__services') }}
),

periods as (
    {{ state_periods('events', ['organization_id', 'service_name'], []) }}
)

select
    organization_id,
    service_name,
    valid_from,
    valid_to,
    event_key
from periods
