with events as (
    {{ staged_events([
        'io.mackerel.console.monitor.created',
        'io.mackerel.console.monitor.updated',
        'io.mackerel.console.monitor.deleted',
        'io.mackerel.console.monitor.muted',
        'io.mackerel.console.monitor.unmuted',
    ], {
        'actor': console_actor_fields(),
        'monitor': {'id': 'string', 'type': 'string', 'name': 'string', 'isMute': 'boolean'},
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.monitor.id as monitor_id,
    payload.monitor.type as monitor_type,
    payload.monitor.name as monitor_name,
    payload.monitor.isMute as is_mute,
    {{ console_actor_columns() }}
from events
