with searches as (
    select
        event_key,
        organization_id,
        user_id,
        query_text,
        locale,
        occurred_at as searched_at,
        occurred_date as searched_date
    from {{ ref('stg_zendesk__guide_searches') }}
    where
        result_count = 0
        and organization_id is not null
),

tickets as (
    select
        ticket_id,
        organization_id,
        opened_at
    from {{ ref('int_support_tickets') }}
    where not is_opened_at_assumed
),

followed as (
    select
        searches.event_key,
        tickets.ticket_id,
        tickets.opened_at,
        row_number() over (
            partition by searches.event_key order by tickets.opened_at, tickets.ticket_id
        ) as ticket_number
    from searches
    inner join tickets
        on
            searches.organization_id = tickets.organization_id
            and searches.searched_at <= tickets.opened_at
            and searches.searched_at + interval '7' day > tickets.opened_at
)

select
    searches.event_key,
    searches.organization_id,
    searches.user_id,
    searches.query_text,
    searches.locale,
    searches.searched_at,
    searches.searched_date,
    followed.ticket_id as next_ticket_id,
    followed.opened_at as next_ticket_opened_at,
    {{ seconds_between('searches.searched_at', 'followed.opened_at') }} as seconds_to_ticket
from searches
left join followed
    on
        searches.event_key = followed.event_key
        and followed.ticket_number = 1
