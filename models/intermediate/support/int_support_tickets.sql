with ticket_events as (
    select * from {{ ref('stg_zendesk__ticket_events') }}
    where ticket_id is not null
),

numbered as (
    select
        *,
        row_number()
            over (partition by ticket_id, action order by occurred_at desc, event_key desc)
            as recency
    from ticket_events
),

tickets as (
    select
        ticket_id,
        max(organization_id) as organization_id,
        max(case when action = 'created' then category end) as category,
        max(case when action = 'created' then priority end) as priority,
        max(case when action = 'created' then channel end) as channel,
        max(case when action = 'created' then requester_user_id end) as requester_user_id,
        min(occurred_at) as first_event_at,
        min(case when action = 'created' then occurred_at end) as created_at,
        min(
            case
                when
                    action = 'comment_added' and author_type = 'agent' and is_public
                    then occurred_at
            end
        ) as first_agent_reply_at,
        count(*) filter (
            where action = 'comment_added' and author_type = 'agent' and is_public
        ) as agent_reply_count,
        count(*) filter (where action = 'comment_added' and author_type = 'end_user')
            as requester_comment_count,
        max(case when action = 'solved' then occurred_at end) as solved_at,
        max(case when action = 'rated' and recency = 1 then satisfaction end) as satisfaction
    from numbered
    group by ticket_id
)

select
    ticket_id,
    organization_id,
    category,
    priority,
    channel,
    requester_user_id,
    coalesce(created_at, first_event_at) as opened_at,
    {{ business_date('coalesce(created_at, first_event_at)') }} as opened_date,
    created_at is null as is_opened_at_assumed,
    first_agent_reply_at,
    {{ seconds_between('created_at', 'first_agent_reply_at') }} as seconds_to_first_reply,
    solved_at,
    {{ business_date('solved_at') }} as solved_date,
    {{ seconds_between('created_at', 'solved_at') }} as seconds_to_solve,
    solved_at is not null as is_solved,
    agent_reply_count,
    requester_comment_count,
    solved_at is not null and agent_reply_count <= 1 as is_one_touch,
    solved_at is not null and agent_reply_count = 2 as is_two_touch,
    satisfaction
from tickets
