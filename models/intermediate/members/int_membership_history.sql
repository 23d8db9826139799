with events as (
    select
        organization_id,
        user_id,
        authority,
        occurred_at,
        event_key,
        action = 'left' as is_gone
    from {{ ref('stg_console__users') }}
    where action in ('joined', 'authority_changed', 'left')
),

periods as (
    {{ state_periods('events', ['organization_id', 'user_id'], ['authority']) }}
)

select
    organization_id,
    user_id,
    valid_from,
    valid_to,
    authority,
    event_key
from periods
