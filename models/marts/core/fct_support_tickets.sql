with tickets as (
    select * from {{ ref('int_support_tickets') }}
),

as_of as (
    select as_of_date from {{ ref('int_as_of') }}
)

select
    tickets.ticket_id,
    tickets.organization_id,
    tickets.category,
    tickets.priority,
    tickets.channel,
    tickets.requester_user_id,
    tickets.opened_at,
    tickets.opened_date,
    tickets.is_opened_at_assumed,
    tickets.first_agent_reply_at,
    tickets.seconds_to_first_reply,
    tickets.solved_at,
    tickets.solved_date,
    tickets.seconds_to_solve,
    tickets.is_solved,
    tickets.agent_reply_count,
    tickets.requester_comment_count,
    tickets.is_one_touch,
    tickets.is_two_touch,
    tickets.satisfaction
from tickets
cross join as_of
where tickets.opened_date <= as_of.as_of_date
