with candidates as (
    select * from {{ ref('int_call_candidates') }}
    where exclusion is null
),

ranked as (
    select
        *,
        cast(row_number() over (
            order by urgency desc, worth_jpy desc, since_date asc, organization_id asc
        ) as bigint) as call_rank,
        cast({{ days_between('since_date', 'as_of_date') }} as bigint) as days_waiting
    from candidates
)

select
    call_rank,
    organization_id,
    organization_name,
    segment,
    plan,
    mrr_jpy,
    worth_jpy,
    call_reason,
    since_date,
    days_waiting,
    urgency,
    playbook,
    action_en,
    action_ja,
    reason_count,
    last_touched_date,
    as_of_date,
    name_en || ', ' || cast(days_waiting as string)
    || case when days_waiting = 1 then ' day' else ' days' end as reason_en,
    name_ja || '、' || cast(days_waiting as string) || '日' as reason_ja
from ranked
