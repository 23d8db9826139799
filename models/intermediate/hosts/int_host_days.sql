with reports as (
    select * from {{ on_touched_days(ref('stg_metering__host_reports'), 'reported_date') }}
    where
        organization_id is not null
        and host_id is not null
        and reported_date is not null
),

repeated as (
    select
        organization_id,
        host_id,
        reported_date,
        count(*) as report_count
    from reports
    group by organization_id, host_id, reported_date
    having count(*) > 1
),

-- Ordering the few repeated host-days is cheap; ordering all of them is not.
repetitions as (
    select
        reports.event_key,
        repeated.report_count,
        row_number() over (
            partition by reports.organization_id, reports.host_id, reports.reported_date
            order by reports.received_at desc, reports.event_key desc
        ) as place
    from reports
    inner join repeated
        on
            reports.organization_id = repeated.organization_id
            and reports.host_id = repeated.host_id
            and reports.reported_date = repeated.reported_date
)

select
    reports.organization_id,
    reports.host_id,
    reports.reported_date as state_date,
    reports.host_size,
    reports.host_status,
    reports.provider,
    reports.sample_count,
    reports.system_metric_count,
    reports.custom_metric_count,
    reports.check_metric_count,
    reports.service_metric_count,
    reports.agent_name,
    reports.agent_version,
    reports.plugin_names,
    coalesce({{ list_length("split(nullif(reports.plugin_names, ''), ',')") }}, 0) as plugin_count,
    reports.role_fullnames,
    coalesce(reports.role_fullnames, '') != '' as is_in_role,
    coalesce(repetitions.report_count, 1) as report_count,
    reports.event_key
from reports
left join repetitions on reports.event_key = repetitions.event_key
where repetitions.place is null or repetitions.place = 1
