with events as (
    {{ staged_events(['io.mackerel.api.channel'], {
        'id': 'string', 'type': 'string', 'name': 'string', 'suspendedAt': 'bigint', 'events': ['string'],
        'emails': ['string'], 'userIds': ['string'], 'url': 'string', 'enabledGraphImage': 'boolean',
        'mentions': {'ok': 'string', 'warning': 'string', 'critical': 'string'},
    }) }}
)

select
    {{ envelope_columns() }},
    payload.id as channel_id,
    payload.type as channel_type,
    payload.name as channel_name,
    {{ mackerel_time('payload.suspendedAt') }} as suspended_at,
    payload.suspendedAt is not null as is_suspended,
    {{ list_to_text('payload.events') }} as event_names,
    {{ list_length('payload.emails') }} as email_count,
    {{ list_to_text('payload.emails') }} as emails,
    {{ list_to_text('payload.userIds') }} as user_ids,
    -- Only the host: a hook's address is its password.
    {{ url_host('payload.url') }} as url_host,
    payload.enabledGraphImage as is_graph_image_enabled,
    payload.mentions.ok as mention_ok,
    payload.mentions.warning as mention_warning,
    payload.mentions.critical as mention_critical
from events
