with events as (
    {{ staged_events(['io.mackerel.api.downtime'], {
        'id': 'string', 'name': 'string', 'memo': 'string', 'start': 'bigint', 'duration': 'bigint',
        'recurrence': {'type': 'string', 'interval': 'bigint', 'weekdays': ['string'], 'until': 'bigint'},
        'serviceScopes': ['string'], 'serviceExcludeScopes': ['string'], 'roleScopes': ['string'],
        'roleExcludeScopes': ['string'], 'monitorScopes': ['string'], 'monitorExcludeScopes': ['string'],
    }) }}
)

select
    {{ envelope_columns() }},
    payload.id as downtime_id,
    payload.name as downtime_name,
    payload.memo,
    {{ mackerel_time('payload.start') }} as started_at,
    payload.duration as duration_minutes,
    payload.recurrence.type as recurrence_type,
    payload.recurrence.interval as recurrence_interval,
    {{ list_to_text('payload.recurrence.weekdays') }} as recurrence_weekdays,
    {{ mackerel_time('payload.recurrence.until') }} as recurrence_until_at,
    {{ list_to_text('payload.serviceScopes') }} as service_scopes,
    {{ list_to_text('payload.serviceExcludeScopes') }} as service_exclude_scopes,
    {{ role_fullname(list_to_text('payload.roleScopes')) }} as role_scopes,
    {{ role_fullname(list_to_text('payload.roleExcludeScopes')) }} as role_exclude_scopes,
    {{ list_to_text('payload.monitorScopes') }} as monitor_scopes,
    {{ list_to_text('payload.monitorExcludeScopes') }} as monitor_exclude_scopes
from events
