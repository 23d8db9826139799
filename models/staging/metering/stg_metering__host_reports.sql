{#- Events another delivery stands for now are deleted by what this lists: it has to be there. -#}
{%- do scope('land_replaced_events') -%}
with events as (
    {{ staged_events(['io.mackerel.metering.host.reported'], {
        'hostId': 'string', 'date': 'string', 'hostSize': 'string', 'hostStatus': 'string', 'provider': 'string',
        'sampleCount': 'bigint', 'serviceMetricCount': 'bigint',
        'metricCounts': {'system': 'bigint', 'custom': 'bigint', 'check': 'bigint'},
        'agent': {'name': 'string', 'version': 'string'},
        'plugins': ['string'], 'roleFullnames': ['string'],
    }, events=ref('land_events')) }}
)

select
    {{ envelope_columns() }},
    payload.hostId as host_id,
    {{ cast_or_null('payload.date', 'date') }} as reported_date,
    payload.hostSize as host_size,
    payload.hostStatus as host_status,
    payload.provider,
    payload.sampleCount as sample_count,
    payload.metricCounts.system as system_metric_count,
    payload.metricCounts.custom as custom_metric_count,
    payload.metricCounts.check as check_metric_count,
    payload.serviceMetricCount as service_metric_count,
    payload.agent.name as agent_name,
    payload.agent.version as agent_version,
    {{ list_to_text('payload.plugins') }} as plugin_names,
    {{ list_to_text('payload.roleFullnames') }} as role_fullnames
from events
