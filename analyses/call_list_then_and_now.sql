-- Who was on the call list of a past day as it was seen then, and is not with what is known now, or
-- the other way round, and why? (CRE)
-- It reads two files of `mackerel-cs look-back`, attached as then_seen and known_now:
-- docs/time_travel.md shows how.
with seen as (
    select * from then_seen.customer_success.call_list
),

known as (
    select * from known_now.customer_success.call_list
),

set_aside_then as (
    select * from then_seen.customer_success.call_list_suppressed
),

set_aside_now as (
    select * from known_now.customer_success.call_list_suppressed
),

ended_stumbles as (
    select
        organization_id,
        cause,
        max(ended_date) as ended_date
    from known_now.customer_success.fct_stumbles
    where not is_open
    group by organization_id, cause
),

-- Steps that seemed to be stuck.
taken_steps as (
    select
        steps_now.organization_id,
        max(steps_now.reached_date) as reached_date
    from then_seen.customer_success.fct_onboarding_milestones as steps_then
    inner join known_now.customer_success.fct_onboarding_milestones as steps_now
        on
            steps_then.organization_id = steps_now.organization_id
            and steps_then.milestone = steps_now.milestone
    where steps_then.milestone_state = 'stuck'
    group by steps_now.organization_id
),

compared as (
    select
        seen.call_rank as rank_then,
        known.call_rank as rank_now,
        seen.call_reason as call_reason_then,
        known.call_reason as call_reason_now,
        seen.reason_en as reason_then,
        known.reason_en as reason_now,
        coalesce(known.organization_id, seen.organization_id) as organization_id,
        coalesce(known.organization_name, seen.organization_name) as organization_name,
        coalesce(known.as_of_date, seen.as_of_date) as as_of_date
    from seen
    full outer join known on seen.organization_id = known.organization_id
)

select
    compared.organization_id,
    compared.organization_name,
    compared.rank_then,
    compared.rank_now,
    compared.reason_then,
    compared.reason_now,
    compared.as_of_date,
    case
        when compared.rank_now is null and set_aside_now.exclusion is not null
            then 'set aside now: ' || set_aside_now.exclusion
        when compared.rank_now is null and ended_stumbles.ended_date is not null
            then 'had ended on ' || cast(ended_stumbles.ended_date as varchar)
        when
            compared.rank_now is null
            and compared.call_reason_then = 'milestone_stuck'
            and taken_steps.reached_date is not null
            then 'had taken the step on ' || cast(taken_steps.reached_date as varchar)
        when compared.rank_now is null
            then 'what is known now does not show it'
        when compared.rank_then is null and set_aside_then.exclusion is not null
            then 'set aside then: ' || set_aside_then.exclusion
        when compared.rank_then is null
            then 'what was known then did not show it'
        else 'what is known now shows it differently'
    end as explanation
from compared
left join set_aside_then on compared.organization_id = set_aside_then.organization_id
left join set_aside_now on compared.organization_id = set_aside_now.organization_id
left join ended_stumbles
    on
        compared.organization_id = ended_stumbles.organization_id
        and compared.call_reason_then = ended_stumbles.cause
left join taken_steps on compared.organization_id = taken_steps.organization_id
where
    compared.rank_then is null
    or compared.rank_now is null
    or compared.call_reason_then != compared.call_reason_now
    or compared.reason_then != compared.reason_now
order by
    coalesce(compared.rank_then, compared.rank_now) asc,
    compared.organization_id asc
