with events as (
    {{ staged_events(['io.mackerel.api.alert'], {
        'id': 'string', 'status': 'string', 'monitorId': 'string', 'type': 'string', 'hostId': 'string',
        'series': {'name': 'string', 'labels': 'json'}, 'value': 'double', 'message': 'string', 'reason': 'string',
        'memo': 'string', 'openedAt': 'bigint', 'closedAt': 'bigint',
    }) }}
)

select
    {{ envelope_columns() }},
    payload.id as alert_id,
    {{ alert_status('payload.status') }} as alert_status,
    payload.status as alert_status_raw,
    payload.monitorId as monitor_id,
    payload.type as monitor_type,
    payload.hostId as host_id,
    payload.series.name as series_name,
    cast(payload.series.labels as string) as series_labels,
    payload.value as metric_value,
    payload.message,
    payload.reason as close_reason,
    payload.memo,
    {{ mackerel_time('payload.openedAt') }} as opened_at,
    {{ mackerel_time('payload.closedAt') }} as closed_at
from events
