with events as (
    {{ staged_events(['io.mackerel.api.dashboard'], {
        'id': 'string', 'title': 'string', 'memo': 'string', 'urlPath': 'string', 'createdAt': 'bigint',
        'updatedAt': 'bigint', 'widgets': 'json',
    }) }}
)

select
    {{ envelope_columns() }},
    payload.id as dashboard_id,
    payload.title,
    payload.memo,
    payload.urlPath as url_path,
    {{ list_length(json_string_list('payload.widgets')) }} as widget_count,
    {{ list_to_text(json_field_list('payload.widgets', 'type')) }} as widget_types,
    {{ mackerel_time('payload.createdAt') }} as created_at,
    {{ mackerel_time('payload.updatedAt') }} as updated_at
from events
