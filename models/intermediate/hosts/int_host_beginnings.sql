with changes as (
    select
        *,
        row_number() over (
            partition by organization_id, host_id order by occurred_at, event_key
        ) as place
    from {{ of_touched(ref('int_host_changes'), 'int_touched_host_histories', ['host_id']) }}
),

registrations as (
    select *
    from {{ of_touched(ref('int_host_registrations'), 'int_touched_host_histories', ['host_id']) }}
),

first_reports as (
    select
        organization_id,
        host_id,
        min_by(first_host_status, valid_from) as host_status,
        min_by(first_event_key, valid_from) as event_key
    from {{ of_touched(ref('int_host_reporting_spans'), 'int_touched_host_histories', [
        'host_id',
    ]) }}
    group by organization_id, host_id
),

told_hosts as (
    select
        organization_id,
        host_id,
        max(case when place = 1 then coalesce(from_status, host_status) end) as first_status,
        max(case when place = 1 then event_key end) as first_event_key,
        min(case when change_kind = 'registered' then occurred_at end) as registered_at,
        min(case when change_kind != 'registered' then occurred_at end) as first_changed_at
    from changes
    group by organization_id, host_id
),

beginnings as (
    select
        registrations.organization_id,
        registrations.host_id,
        told_hosts.first_changed_at,
        coalesce(told_hosts.first_status, first_reports.host_status) as host_status,
        -- Only where events do not date the beginning may the snapshots do it.
        coalesce(told_hosts.registered_at, registrations.registered_at) as occurred_at,
        coalesce(told_hosts.first_event_key, first_reports.event_key) as event_key
    from registrations
    left join told_hosts
        on
            registrations.organization_id = told_hosts.organization_id
            and registrations.host_id = told_hosts.host_id
    left join first_reports
        on
            registrations.organization_id = first_reports.organization_id
            and registrations.host_id = first_reports.host_id
    where coalesce(told_hosts.first_event_key, first_reports.event_key) is not null
),

-- What a change of the same moment says is said by the change.
lasting as (
    select * from beginnings
    where
        first_changed_at is null
        or occurred_at < first_changed_at
)

select
    organization_id,
    host_id,
    host_status,
    occurred_at,
    event_key
from lasting
