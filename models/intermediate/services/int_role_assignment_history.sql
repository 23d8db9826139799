with assignments as (
    select
        organization_id,
        host_id,
        {{ list_to_text(list_sorted("split(role_fullnames, ',')")) }} as role_fullnames,
        occurred_at,
        event_key
    from {{ of_touched(ref('stg_console__role_assignments'), 'int_touched_host_histories', [
        'host_id',
    ]) }}
    where role_fullnames is not null
),

host_changes as (
    select
        organization_id,
        host_id,
        role_fullnames,
        occurred_at,
        event_key
    from {{ of_touched(ref('int_host_changes'), 'int_touched_host_histories', ['host_id']) }}
),

assigned_hosts as (
    select
        organization_id,
        host_id
    from assignments
    group by organization_id, host_id
),

events as (
    select
        *,
        false as is_gone
    from assignments
    union all
    -- A webhook comes after the change it tells: it speaks only where the console is silent.
    select
        host_changes.*,
        false as is_gone
    from host_changes
    left join assigned_hosts
        on
            host_changes.organization_id = assigned_hosts.organization_id
            and host_changes.host_id = assigned_hosts.host_id
    where
        assigned_hosts.host_id is null
        and host_changes.role_fullnames is not null
),

periods as (
    {{ state_periods('events', ['organization_id', 'host_id'], ['role_fullnames']) }}
)

select
    organization_id,
    host_id,
    valid_from,
    valid_to,
    role_fullnames,
    event_key,
    role_fullnames != '' as is_in_role
from periods
