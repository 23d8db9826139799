with registrations as (
    select * from {{ ref('int_host_registrations') }}
),

as_of as (
    select
        as_of_date,
        {{ business_day_start("as_of_date + interval '1' day") }} as as_of_end
    from {{ ref('int_as_of') }}
),

status_history as (
    select * from {{ ref('int_host_status_history') }}
),

host_days as (
    select * from {{ ref('int_host_days') }}
),

reported_spans as (
    select
        host_days.organization_id,
        host_days.host_id,
        min(host_days.state_date) as first_reported_date,
        max(host_days.state_date) as last_reported_date
    from host_days
    cross join as_of
    where host_days.state_date <= as_of.as_of_date
    group by host_days.organization_id, host_days.host_id
),

last_reports as (
    select
        reported_spans.organization_id,
        reported_spans.host_id,
        reported_spans.first_reported_date,
        reported_spans.last_reported_date,
        host_days.host_size,
        host_days.provider,
        host_days.agent_name,
        host_days.agent_version
    from reported_spans
    inner join host_days
        on
            reported_spans.organization_id = host_days.organization_id
            and reported_spans.host_id = host_days.host_id
            and reported_spans.last_reported_date = host_days.state_date
),

statuses as (
    select
        status_history.organization_id,
        status_history.host_id,
        min(case when status_history.is_retired then status_history.valid_from end) as retired_at,
        max(
            case
                when status_history.valid_to is null or status_history.valid_to >= as_of.as_of_end
                    then status_history.host_status
            end
        ) as host_status
    from status_history
    cross join as_of
    where status_history.valid_from < as_of.as_of_end
    group by status_history.organization_id, status_history.host_id
)

select
    registrations.organization_id,
    registrations.host_id,
    registrations.registered_at,
    registrations.registration_evidence,
    statuses.retired_at,
    statuses.host_status,
    last_reports.first_reported_date,
    last_reports.last_reported_date,
    last_reports.host_size,
    last_reports.provider,
    last_reports.agent_name,
    last_reports.agent_version,
    statuses.retired_at is not null as is_retired
from registrations
cross join as_of
left join statuses
    on
        registrations.organization_id = statuses.organization_id
        and registrations.host_id = statuses.host_id
left join last_reports
    on
        registrations.organization_id = last_reports.organization_id
        and registrations.host_id = last_reports.host_id
where registrations.registered_at < as_of.as_of_end
