with changes as (
    select *
    from {{ of_touched(ref('int_host_changes'), 'int_touched_host_histories', ['host_id']) }}
    where change_kind != 'registered'
),

beginnings as (
    select *
    from {{ of_touched(ref('int_host_beginnings'), 'int_touched_host_histories', ['host_id']) }}
),

retirements as (
    select
        organization_id,
        host_id,
        min(occurred_at) as retired_at
    from changes
    where change_kind = 'retired'
    group by organization_id, host_id
),

events as (
    select
        organization_id,
        host_id,
        host_status,
        false as is_retired,
        occurred_at,
        event_key,
        false as is_gone
    from beginnings
    union all
    select
        changes.organization_id,
        changes.host_id,
        changes.host_status,
        changes.change_kind = 'retired' as is_retired,
        changes.occurred_at,
        changes.event_key,
        false as is_gone
    from changes
    left join retirements
        on
            changes.organization_id = retirements.organization_id
            and changes.host_id = retirements.host_id
    -- A retired host never comes back.
    where
        retirements.retired_at is null
        or changes.occurred_at <= retirements.retired_at
),

periods as (
    {{ state_periods('events', ['organization_id', 'host_id'], ['host_status', 'is_retired']) }}
)

select
    organization_id,
    host_id,
    valid_from,
    valid_to,
    host_status,
    is_retired,
    event_key
from periods
