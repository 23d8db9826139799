with events as (
    {{ staged_events([
        'io.mackerel.webhook.hostRegister', 'io.mackerel.webhook.hostStatus', 'io.mackerel.webhook.hostRetire',
    ], {
        'orgName': 'string', 'fromStatus': 'string', 'imageUrl': 'string',
        'host': {
            'id': 'string', 'name': 'string', 'type': 'string', 'url': 'string', 'status': 'string', 'memo': 'string',
            'isRetired': 'boolean', 'roles': 'json',
        },
        'user': {'id': 'string', 'screenName': 'string'},
    }) }}
)

select
    {{ envelope_columns() }},
    payload.orgName as organization_name,
    case events.event_type
        when 'io.mackerel.webhook.hostRegister' then 'registered'
        when 'io.mackerel.webhook.hostStatus' then 'status_changed'
        when 'io.mackerel.webhook.hostRetire' then 'retired'
    end as change_kind,
    payload.host.id as host_id,
    payload.host.name as host_name,
    payload.host.type as host_type,
    payload.host.url as host_url,
    payload.host.status as host_status,
    payload.fromStatus as from_status,
    payload.host.isRetired as is_retired,
    payload.host.memo,
    {{ role_fullnames('payload.host.roles') }} as role_fullnames,
    payload.user.id as actor_user_id,
    payload.user.screenName as actor_screen_name,
    payload.imageUrl as image_url
from events
