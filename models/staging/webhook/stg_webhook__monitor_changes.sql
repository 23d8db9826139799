with events as (
    {{ staged_events([
        'io.mackerel.webhook.monitorCreate', 'io.mackerel.webhook.monitorUpdate', 'io.mackerel.webhook.monitorDelete',
    ], {
        'orgName': 'string', 'imageUrl': 'string', 'monitor': monitor_fields(),
        'user': {'id': 'string', 'screenName': 'string'},
    }) }}
)

select
    {{ envelope_columns() }},
    payload.orgName as organization_name,
    case events.event_type
        when 'io.mackerel.webhook.monitorCreate' then 'created'
        when 'io.mackerel.webhook.monitorUpdate' then 'updated'
        when 'io.mackerel.webhook.monitorDelete' then 'deleted'
    end as change_kind,
    {{ monitor_columns('payload.monitor') }},
    payload.user.id as actor_user_id,
    payload.user.screenName as actor_screen_name,
    payload.imageUrl as image_url
from events
