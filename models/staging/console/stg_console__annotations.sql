with events as (
    {{ staged_events(['io.mackerel.console.annotation.created'], {
        'actor': console_actor_fields(),
        'annotation': {'id': 'string', 'service': 'string', 'title': 'string'},
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.annotation.id as annotation_id,
    payload.annotation.service as service_name,
    payload.annotation.title as annotation_title,
    {{ console_actor_columns() }}
from events
