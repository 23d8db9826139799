with snapshot_states as (
    select * from {{ onward(ref('int_snapshot_states'), 'snapshot_date') }}
    where attribute_name = 'existence'
),

lives as (
    select * from {{ ref('int_event_states') }}
    where attribute_name = 'existence'
),

moments as (
    select
        organization_id,
        object_kind,
        snapshot_date,
        snapshot_at,
        max(event_key) as event_key,
        row_number() over (
            partition by organization_id, object_kind, snapshot_date order by snapshot_at desc
        ) as place
    from snapshot_states
    group by organization_id, object_kind, snapshot_date, snapshot_at
),

-- The snapshots of a date are one round: each object is shown at some moment of it.
rounds as (
    select * from moments
    where place = 1
)

select
    lives.organization_id,
    lives.object_kind,
    lives.object_id,
    lives.attribute_name,
    lives.state_value as event_state,
    'gone' as snapshot_state,
    rounds.snapshot_at,
    rounds.snapshot_date,
    rounds.event_key
from lives
inner join rounds
    on
        lives.organization_id = rounds.organization_id
        and lives.object_kind = rounds.object_kind
        and {{ holds_at('lives', 'rounds.snapshot_at') }}
left join snapshot_states
    on
        lives.organization_id = snapshot_states.organization_id
        and lives.object_kind = snapshot_states.object_kind
        and lives.object_id = snapshot_states.object_id
        and lives.attribute_name = snapshot_states.attribute_name
        and rounds.snapshot_date = snapshot_states.snapshot_date
where
    snapshot_states.object_id is null
    and lives.is_listed
