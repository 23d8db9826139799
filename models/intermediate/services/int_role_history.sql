with role_events as (
    select * from {{ ref('stg_console__roles') }}
),

service_events as (
    select * from {{ ref('stg_console__services') }}
),

-- A role's name is made once and may be deleted and made again.
roles as (
    select
        organization_id,
        service_name,
        role_name,
        role_fullname
    from role_events
    group by organization_id, service_name, role_name, role_fullname
),

events as (
    select
        organization_id,
        service_name,
        role_name,
        role_fullname,
        occurred_at,
        event_key,
        action = 'deleted' as is_gone
    from role_events
    union all
    -- Deleting a service deletes its roles.
    select
        roles.organization_id,
        roles.service_name,
        roles.role_name,
        roles.role_fullname,
        service_events.occurred_at,
        service_events.event_key,
        true as is_gone
    from service_events
    inner join roles
        on
            service_events.organization_id = roles.organization_id
            and service_events.service_name = roles.service_name
    where service_events.action = 'deleted'
),

periods as (
    {{ state_periods(
        'events', ['organization_id', 'service_name', 'role_name'], ['role_fullname']
    ) }}
)

select
    organization_id,
    service_name,
    role_name,
    role_fullname,
    valid_from,
    valid_to,
    event_key
from periods
