with events as (
    select
        organization_id,
        {{ hashed_text('lower(email)') }} as invitee_hash,
        action,
        authority,
        expires_at,
        user_id,
        occurred_at,
        event_key
    from {{ ref('stg_console__invitations') }}
    where
        organization_id is not null
        and email is not null
),

as_of as (
    select {{ business_day_start("as_of_date + interval '1' day") }} as as_of_end
    from {{ ref('int_as_of') }}
),

-- An invitation has no id: each sending to an address opens the next one.
numbered as (
    select
        *,
        count(case when action = 'sent' then 1 end) over (
            partition by organization_id, invitee_hash
            order by occurred_at, event_key
            rows between unbounded preceding and current row
        ) as invitation_number
    from events
),

invitations as (
    select
        organization_id,
        invitee_hash,
        invitation_number,
        max(authority) as authority,
        min(case when action = 'sent' then occurred_at end) as sent_at,
        max(expires_at) as expires_at,
        min(case when action = 'accepted' then occurred_at end) as accepted_at,
        min(case when action = 'revoked' then occurred_at end) as revoked_at,
        max(case when action = 'accepted' then user_id end) as accepted_user_id,
        coalesce(min(case when action = 'sent' then event_key end), min(event_key)) as event_key
    from numbered
    group by organization_id, invitee_hash, invitation_number
)

select
    invitations.organization_id,
    invitations.invitee_hash,
    invitations.invitation_number,
    invitations.authority,
    invitations.sent_at,
    invitations.expires_at,
    invitations.accepted_at,
    invitations.revoked_at,
    invitations.accepted_user_id,
    invitations.event_key,
    case
        when invitations.accepted_at is not null then 'accepted'
        when invitations.revoked_at is not null then 'revoked'
        when invitations.expires_at <= as_of.as_of_end then 'expired'
        else 'open'
    end as outcome
from invitations
cross join as_of
