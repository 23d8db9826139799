-- How much revenue waits for a call today, and for which reason? (CRE)
select
    call_reason,
    playbook,
    count(*) as organization_count,
    sum(worth_jpy) as worth_jpy,
    max(days_waiting) as longest_wait_days
from {{ ref('call_list') }}
group by call_reason, playbook
order by worth_jpy desc, call_reason asc
