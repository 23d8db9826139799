with snapshot_states as (
    select * from {{ onward(ref('int_snapshot_states'), 'snapshot_date') }}
),

event_states as (
    select * from {{ ref('int_event_states') }}
),

lives as (
    select * from event_states
    where attribute_name = 'existence'
),

beginnings as (
    select
        organization_id,
        object_kind,
        object_id,
        min(valid_from) as began_at
    from lives
    group by organization_id, object_kind, object_id
),

compared as (
    select
        snapshot_states.organization_id,
        snapshot_states.object_kind,
        snapshot_states.object_id,
        snapshot_states.attribute_name,
        snapshot_states.state_value as snapshot_state,
        snapshot_states.snapshot_at,
        snapshot_states.snapshot_date,
        snapshot_states.event_key,
        lives.object_id is not null as is_alive,
        case
            when snapshot_states.attribute_name = 'role_fullnames'
                then coalesce(event_states.state_value, '')
            when snapshot_states.attribute_name != 'existence'
                then event_states.state_value
            when lives.object_id is not null then 'exists'
            when beginnings.began_at <= snapshot_states.snapshot_at then 'gone'
        end as event_state
    from snapshot_states
    left join beginnings
        on
            snapshot_states.organization_id = beginnings.organization_id
            and snapshot_states.object_kind = beginnings.object_kind
            and snapshot_states.object_id = beginnings.object_id
    left join lives
        on
            snapshot_states.organization_id = lives.organization_id
            and snapshot_states.object_kind = lives.object_kind
            and snapshot_states.object_id = lives.object_id
            and {{ holds_at('lives', 'snapshot_states.snapshot_at') }}
    left join event_states
        on
            snapshot_states.organization_id = event_states.organization_id
            and snapshot_states.object_kind = event_states.object_kind
            and snapshot_states.object_id = event_states.object_id
            and snapshot_states.attribute_name = event_states.attribute_name
            and {{ holds_at('event_states', 'snapshot_states.snapshot_at') }}
),

comparable as (
    select * from compared
    where
        attribute_name = 'existence'
        or (is_alive and event_state is not null)
)

select
    organization_id,
    object_kind,
    object_id,
    attribute_name,
    event_state,
    snapshot_state,
    snapshot_at,
    snapshot_date,
    event_key
from comparable
