with registrations as (
    select *
    from {{ of_touched(ref('int_host_registrations'), 'int_touched_host_states', ['host_id']) }}
),

as_of as (
    select
        as_of_date,
        {{ business_day_start("as_of_date + interval '1' day") }} as as_of_end
    from {{ ref('int_as_of') }}
),

status_history as (
    select *
    from {{ of_touched(ref('int_host_status_history'), 'int_touched_host_states', ['host_id']) }}
),

reporting_spans as (
    select *
    from {{ of_touched(ref('int_host_reporting_spans'), 'int_touched_host_states', ['host_id']) }}
),

spans as (
    select
        spans.*,
        row_number() over (
            partition by spans.organization_id, spans.host_id order by spans.valid_from
        ) as place,
        row_number() over (
            partition by spans.organization_id, spans.host_id order by spans.valid_from desc
        ) as reverse_place
    from reporting_spans as spans
    cross join as_of
    where spans.valid_from <= as_of.as_of_date
),

first_spans as (
    select * from spans
    where place = 1
),

-- What a span tells of the host is its last day's; one that runs on has told more since.
last_reports as (
    select
        {%- for column in ['host_size', 'provider', 'agent_name', 'agent_version'] %}
            case
                when host_days.state_date is null then spans.{{ column }}
                else host_days.{{ column }}
            end as {{ column }},
        {%- endfor %}
        spans.organization_id,
        spans.host_id,
        least(cast(spans.valid_to - interval '1' day as date), as_of.as_of_date)
            as last_reported_date
    from spans
    cross join as_of
    left join {{ ref('int_host_days') }} as host_days
        on
            spans.organization_id = host_days.organization_id
            and spans.host_id = host_days.host_id
            and as_of.as_of_date = host_days.state_date
    where spans.reverse_place = 1
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
    first_spans.valid_from as first_reported_date,
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
left join first_spans
    on
        registrations.organization_id = first_spans.organization_id
        and registrations.host_id = first_spans.host_id
left join last_reports
    on
        registrations.organization_id = last_reports.organization_id
        and registrations.host_id = last_reports.host_id
where registrations.registered_at < as_of.as_of_end
