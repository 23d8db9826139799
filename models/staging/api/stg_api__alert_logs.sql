with events as (
    {{ staged_events(['io.mackerel.api.alert-log'], {
        'id': 'string', 'alertId': 'string', 'status': 'string', 'trigger': 'string', 'monitorId': 'string',
        'targetValue': 'double', 'createdAt': 'bigint',
        'statusDetail': {'type': 'string', 'detail': {'message': 'string', 'memo': 'string'}},
    }) }}
)

select
    {{ envelope_columns() }},
    payload.id as alert_log_id,
    payload.alertId as alert_id,
    {{ alert_status('payload.status') }} as alert_status,
    payload.status as alert_status_raw,
    {{ alert_trigger('payload.trigger') }} as alert_trigger,
    payload.trigger as alert_trigger_raw,
    payload.monitorId as monitor_id,
    payload.targetValue as metric_value,
    payload.statusDetail.type as status_detail_type,
    payload.statusDetail.detail.message,
    payload.statusDetail.detail.memo,
    {{ mackerel_time('payload.createdAt') }} as created_at
from events
