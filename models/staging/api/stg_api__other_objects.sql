{%- set typed_objects = [
    'host', 'monitor', 'channel', 'notification-group', 'user', 'dashboard', 'service', 'role', 'alert', 'alert-log',
    'downtime', 'aws-integration', 'invitation', 'graph-annotation',
] -%}

with api_events as (
    select
        event_key,
        event_type,
        organization_id,
        occurred_at,
        is_occurred_at_assumed,
        received_at,
        landing_number,
        data,
        substr(event_type, length('io.mackerel.api.') + 1) as object_kind,
        {{ json_struct('data', {'id': 'string', 'name': 'string', 'title': 'string'}) }} as payload
    from {{ ref('land_unmetered_events') }}
    where
        event_type like 'io.mackerel.api.%'
        and {{ is_new() }}
)

select
    {{ envelope_columns() }},
    api_events.object_kind,
    payload.id as object_id,
    coalesce(payload.name, payload.title) as object_name,
    {{ list_to_text(list_sorted(json_object_keys('data'))) }} as object_keys
from api_events
where
    api_events.object_kind not in (
        {%- for object_kind in typed_objects %}
            '{{ object_kind }}'{{ ',' if not loop.last }}
        {%- endfor %}
    )
