with events as (
    {{ staged_events([
        'io.mackerel.console.user.joined',
        'io.mackerel.console.user.left',
        'io.mackerel.console.user.authority-changed',
        'io.mackerel.console.user.signed-in',
    ], {
        'actor': console_actor_fields(),
        'user': {
            'id': 'string', 'screenName': 'string', 'email': 'string', 'authority': 'string',
            'previousAuthority': 'string',
        },
        'method': 'string', 'isMFA': 'boolean',
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.user.id as user_id,
    payload.user.screenName as screen_name,
    payload.user.email,
    payload.user.authority,
    payload.user.previousAuthority as previous_authority,
    payload.method as sign_in_method,
    payload.isMFA as is_mfa,
    {{ console_actor_columns() }}
from events
