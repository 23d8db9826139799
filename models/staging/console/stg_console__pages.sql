with events as (
    {{ staged_events(['io.mackerel.console.page.viewed'], {
        'actor': console_actor_fields(),
        'page': {'path': 'string', 'feature': 'string'},
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.page.path as page_path,
    payload.page.feature,
    {{ console_actor_columns() }}
from events
