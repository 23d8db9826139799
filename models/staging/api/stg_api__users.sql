with events as (
    {{ staged_events(['io.mackerel.api.user'], {
        'id': 'string', 'screenName': 'string', 'email': 'string', 'authority': 'string',
        'isInRegistrationProcess': 'boolean', 'isMFAEnabled': 'boolean', 'authenticationMethods': ['string'],
        'joinedAt': 'bigint',
    }) }}
)

select
    {{ envelope_columns() }},
    payload.id as user_id,
    payload.screenName as screen_name,
    payload.email,
    payload.authority,
    payload.isInRegistrationProcess as is_in_registration_process,
    payload.isMFAEnabled as is_mfa_enabled,
    {{ list_to_text('payload.authenticationMethods') }} as authentication_methods,
    {{ mackerel_time('payload.joinedAt') }} as joined_at
from events
