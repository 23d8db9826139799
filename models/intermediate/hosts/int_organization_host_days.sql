with host_days as (
    select * from {{ on_touched_days(ref('int_host_days'), 'state_date') }}
)

select
    organization_id,
    state_date,
    cast(coalesce(sum(sample_count), 0) as bigint) as sample_count,
    cast(coalesce(sum(system_metric_count), 0) as bigint) as system_metric_count,
    cast(coalesce(sum(custom_metric_count), 0) as bigint) as custom_metric_count,
    cast(coalesce(sum(check_metric_count), 0) as bigint) as check_metric_count,
    cast(coalesce(sum(service_metric_count), 0) as bigint) as service_metric_count,
    count(*) as reporting_host_count,
    count(case when host_size = 'standard' then 1 end) as standard_host_count,
    count(case when host_size = 'micro' then 1 end) as micro_host_count,
    count(case when is_in_role then 1 end) as host_in_role_count,
    count(case when plugin_count > 0 then 1 end) as hosts_with_plugin_count,
    min(event_key) as event_key,
    min(case when plugin_count > 0 or service_metric_count > 0 then event_key end)
        as own_metrics_event_key
from host_days
group by organization_id, state_date
