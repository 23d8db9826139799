with stumbles as (
    select
        episodes.organization_id,
        episodes.cause,
        episodes.started_date,
        causes.urgency,
        causes.playbook,
        causes.blocked_milestone,
        causes.name_en,
        causes.name_ja,
        causes.action_en,
        causes.action_ja
    from {{ ref('int_stumble_episodes') }} as episodes
    inner join {{ ref('stumble_causes') }} as causes on episodes.cause = causes.cause
    where
        episodes.is_open
        and episodes.days_held > causes.counts_after_days
),

call_reasons as (
    select * from {{ ref('call_reasons') }}
),

as_of as (
    select as_of_date from {{ ref('int_as_of') }}
),

cancellations as (
    select
        requests.organization_id,
        min(requests.occurred_date) as since_date
    from {{ ref('stg_billing__cancellations') }} as requests
    cross join as_of
    where
        requests.occurred_date <= as_of.as_of_date
        and requests.effective_date > as_of.as_of_date
    group by requests.organization_id
),

overdue_invoices as (
    select
        organization_id,
        min(due_date) as since_date
    from {{ ref('int_invoice_states') }}
    where is_overdue_at_as_of
    group by organization_id
),

stuck_milestones as (
    select
        organization_id,
        min(stuck_after_date) as since_date
    from {{ ref('int_onboarding_milestones') }} as milestones
    where
        milestone_state = 'stuck'
        and not exists (
            select 1
            from stumbles
            where
                milestones.organization_id = stumbles.organization_id
                and milestones.milestone = stumbles.blocked_milestone
        )
    group by organization_id
),

other_reasons as (
    select
        organization_id,
        'cancellation_requested' as call_reason,
        since_date
    from cancellations
    union all
    select
        organization_id,
        'payment_overdue' as call_reason,
        since_date
    from overdue_invoices
    union all
    select
        organization_id,
        'milestone_stuck' as call_reason,
        since_date
    from stuck_milestones
)

select
    organization_id,
    cause as call_reason,
    started_date as since_date,
    urgency,
    playbook,
    name_en,
    name_ja,
    action_en,
    action_ja
from stumbles
union all
select
    other_reasons.organization_id,
    other_reasons.call_reason,
    other_reasons.since_date,
    call_reasons.urgency,
    call_reasons.playbook,
    call_reasons.name_en,
    call_reasons.name_ja,
    call_reasons.action_en,
    call_reasons.action_ja
from other_reasons
inner join call_reasons on other_reasons.call_reason = call_reasons.call_reason
