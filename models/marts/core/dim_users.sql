with as_of as (
    select {{ business_day_start("as_of_date + interval '1' day") }} as as_of_end
    from {{ ref('int_as_of') }}
),

memberships as (
    select
        periods.user_id,
        periods.organization_id,
        periods.authority,
        periods.valid_from,
        periods.valid_to,
        periods.event_key,
        coalesce(periods.valid_to >= as_of.as_of_end, true) as is_current
    from {{ ref('int_membership_history') }} as periods
    cross join as_of
    where periods.valid_from < as_of.as_of_end
),

-- The latest membership is place 1; a current one goes before any past one.
numbered as (
    select
        *,
        row_number() over (
            partition by user_id order by is_current desc, valid_from desc, event_key desc
        ) as place
    from memberships
),

members as (
    select
        user_id,
        min(valid_from) as first_joined_at,
        case when not bool_or(is_current) then max(valid_to) end as last_left_at,
        count(distinct case when is_current then organization_id end) as organization_count,
        count(distinct organization_id) as joined_organization_count,
        count(case when is_current and authority = 'owner' then 1 end) as owned_organization_count,
        max(case when place = 1 then organization_id end) as latest_organization_id,
        max(case when place = 1 then authority end) as latest_authority
    from numbered
    group by user_id
),

authentication as (
    select * from {{ ref('int_user_authentication') }}
),

-- A user the log only shows in a snapshot, or signing in, is a user all the same.
users as (
    select user_id from members
    union distinct
    select user_id from authentication
)

select
    users.user_id,
    members.first_joined_at,
    {{ business_date('members.first_joined_at') }} as first_joined_date,
    members.last_left_at,
    coalesce(members.organization_count > 0, false) as is_member,
    members.organization_count,
    members.joined_organization_count,
    members.owned_organization_count,
    members.latest_organization_id,
    members.latest_authority,
    authentication.is_mfa_enabled,
    authentication.last_signed_in_at,
    authentication.last_sign_in_method,
    coalesce(authentication.sign_in_count, 0) as sign_in_count
from users
left join members on users.user_id = members.user_id
left join authentication on users.user_id = authentication.user_id
