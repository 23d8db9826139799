with events as (
    {{ staged_events([
        'io.mackerel.console.dashboard.created',
        'io.mackerel.console.dashboard.updated',
        'io.mackerel.console.dashboard.deleted',
        'io.mackerel.console.dashboard.viewed',
    ], {
        'actor': console_actor_fields(),
        'dashboard': {'id': 'string', 'title': 'string', 'widgetCount': 'bigint'},
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.dashboard.id as dashboard_id,
    payload.dashboard.title as dashboard_title,
    payload.dashboard.widgetCount as widget_count,
    {{ console_actor_columns() }}
from events
