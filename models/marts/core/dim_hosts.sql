with hosts as (
    select * from {{ ref('int_hosts') }}
),

as_of as (
    select
        as_of_date,
        {{ business_day_start("as_of_date + interval '1' day") }} as as_of_end
    from {{ ref('int_as_of') }}
),

roles as (
    select role_history.*
    from {{ ref('int_role_assignment_history') }} as role_history
    cross join as_of
    where
        role_history.valid_from < as_of.as_of_end
        and coalesce(role_history.valid_to >= as_of.as_of_end, true)
)

select
    hosts.organization_id,
    hosts.host_id,
    hosts.registered_at,
    {{ business_date('hosts.registered_at') }} as registered_date,
    hosts.registration_evidence,
    hosts.retired_at,
    {{ business_date('hosts.retired_at') }} as retired_date,
    hosts.is_retired,
    hosts.host_status,
    hosts.host_size,
    hosts.provider,
    hosts.agent_name,
    hosts.agent_version,
    coalesce(roles.role_fullnames, '') as role_fullnames,
    coalesce(roles.is_in_role, false) as is_in_role,
    hosts.first_reported_date,
    hosts.last_reported_date,
    cast(
        {{ days_between('hosts.last_reported_date', 'as_of.as_of_date') }} as bigint
    ) as days_since_last_report
from hosts
cross join as_of
left join roles
    on
        hosts.organization_id = roles.organization_id
        and hosts.host_id = roles.host_id
