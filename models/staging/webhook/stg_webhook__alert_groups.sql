with events as (
    {{ staged_events(['io.mackerel.webhook.alertGroup'], {
        'orgName': 'string', 'imageUrl': 'string',
        'alertGroup': {
            'id': 'string', 'url': 'string', 'status': 'string', 'createdAt': 'bigint', 'closedAt': 'bigint',
        },
        'alertGroupSetting': {'id': 'string', 'name': 'string', 'memo': 'string', 'url': 'string'},
    }) }}
)

select
    {{ envelope_columns() }},
    payload.orgName as organization_name,
    payload.alertGroup.id as alert_group_id,
    payload.alertGroup.url as alert_group_url,
    {{ alert_status('payload.alertGroup.status') }} as alert_status,
    payload.alertGroup.status as alert_status_raw,
    {{ mackerel_time('payload.alertGroup.createdAt') }} as created_at,
    {{ mackerel_time('payload.alertGroup.closedAt') }} as closed_at,
    payload.alertGroupSetting.id as alert_group_setting_id,
    payload.alertGroupSetting.name as alert_group_setting_name,
    payload.alertGroupSetting.memo,
    payload.alertGroupSetting.url as alert_group_setting_url,
    payload.imageUrl as image_url
from events
