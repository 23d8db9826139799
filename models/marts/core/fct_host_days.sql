with host_days as (
    select * from {{ on_touched_days(ref('int_host_days'), 'state_date') }}
),

as_of as (
    select as_of_date from {{ ref('int_as_of') }}
)

select
    host_days.organization_id,
    host_days.host_id,
    host_days.state_date,
    host_days.host_size,
    host_days.host_status,
    host_days.provider,
    host_days.sample_count,
    host_days.system_metric_count,
    host_days.custom_metric_count,
    host_days.check_metric_count,
    host_days.service_metric_count,
    host_days.agent_name,
    host_days.agent_version,
    host_days.plugin_names,
    host_days.plugin_count,
    host_days.role_fullnames,
    host_days.is_in_role,
    host_days.report_count
from host_days
cross join as_of
where host_days.state_date <= as_of.as_of_date
