{%- set so_far = 'partition by organization_id, channel_id order by occurred_at, event_key' %}

with events as (
    select
        *,
        case
            when action = 'suspended' then true
            when action = 'resumed' then false
        end as told_suspended,
        case when action = 'tested' and is_delivered then true end as told_delivered
    from {{ ref('stg_console__channels') }}
),

known as (
    select
        *,
        coalesce({{ last_known_value('told_suspended', so_far) }}, false) as is_suspended,
        coalesce({{ last_known_value('told_delivered', so_far) }}, false) as has_delivered
    from events
),

states as (
    select
        organization_id,
        channel_id,
        channel_type,
        occurred_at,
        event_key,
        case
            when is_suspended then 'suspended'
            when has_delivered then 'working'
            else 'untested'
        end as channel_state,
        action = 'deleted' as is_gone
    from known
),

periods as (
    {{ state_periods(
        'states', ['organization_id', 'channel_id'], ['channel_type', 'channel_state']
    ) }}
)

select
    organization_id,
    channel_id,
    valid_from,
    valid_to,
    channel_type,
    channel_state,
    event_key
from periods
