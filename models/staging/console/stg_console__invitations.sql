with events as (
    {{ staged_events([
        'io.mackerel.console.invitation.sent',
        'io.mackerel.console.invitation.accepted',
        'io.mackerel.console.invitation.revoked',
    ], {
        'actor': console_actor_fields(),
        'invitation': {'email': 'string', 'authority': 'string', 'expiresAt': 'bigint'},
        'user': {'id': 'string'},
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.invitation.email,
    payload.invitation.authority,
    {{ from_epoch_seconds('payload.invitation.expiresAt') }} as expires_at,
    payload.user.id as user_id,
    {{ console_actor_columns() }}
from events
