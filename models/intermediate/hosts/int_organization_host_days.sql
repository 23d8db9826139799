{#- An agent is current until a later release has been out for this long. -#}
{%- set agent_grace_days = 180 -%}
with host_days as (
    select * from {{ on_touched_days(ref('int_host_days'), 'state_date') }}
),

agent_releases as (
    select
        agent_name,
        agent_version,
        lead(released_date) over (
            partition by agent_name order by released_date, agent_version
        ) as superseded_date
    from {{ ref('agent_releases') }}
),

aged as (
    select
        host_days.*,
        coalesce(
            host_days.state_date < agent_releases.superseded_date + {{ agent_grace_days }},
            agent_releases.agent_version is not null
        ) as has_current_agent,
        agent_releases.agent_version is not null as has_known_agent
    from host_days
    left join agent_releases
        on
            host_days.agent_name = agent_releases.agent_name
            and host_days.agent_version = agent_releases.agent_version
)

select
    organization_id,
    state_date,
    cast(coalesce(sum(sample_count), 0) as bigint) as sample_count,
    cast(coalesce(sum(system_metric_count), 0) as bigint) as system_metric_count,
    cast(coalesce(sum(custom_metric_count), 0) as bigint) as custom_metric_count,
    cast(coalesce(sum(check_metric_count), 0) as bigint) as check_metric_count,
    cast(coalesce(sum(service_metric_count), 0) as bigint) as service_metric_count,
    cast(
        max(case when plugin_count > 0 then 1 else 0 end)
        + max(case when check_metric_count > 0 then 1 else 0 end)
        + max(case when service_metric_count > 0 then 1 else 0 end)
        + max(case when agent_name is null then 1 else 0 end) as bigint
    ) as metric_kind_count,
    count(*) as reporting_host_count,
    count(case when host_size = 'standard' then 1 end) as standard_host_count,
    count(case when host_size = 'micro' then 1 end) as micro_host_count,
    count(case when is_in_role then 1 end) as host_in_role_count,
    count(case when plugin_count > 0 then 1 end) as hosts_with_plugin_count,
    count(case when has_known_agent then 1 end) as known_agent_host_count,
    count(case when has_current_agent then 1 end) as current_agent_host_count,
    min(event_key) as event_key,
    min(case when plugin_count > 0 or service_metric_count > 0 then event_key end)
        as own_metrics_event_key
from aged
group by organization_id, state_date
