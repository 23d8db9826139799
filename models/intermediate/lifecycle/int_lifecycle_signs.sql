{#- From this urgency on a stumble is trouble, and not just a step that takes long. -#}
{%- set troubling_urgency = 4 -%}
with organizations as (
    select * from {{ ref('int_organizations') }}
),

plans as (
    select * from {{ ref('int_plan_history') }}
),

cancellations as (
    select * from {{ ref('stg_billing__cancellations') }}
),

invoices as (
    select * from {{ ref('int_invoice_states') }}
),

path_milestones as (
    select
        steps.organization_id,
        steps.reached_date,
        milestones.is_core
    from {{ ref('int_onboarding_milestones') }} as steps
    inner join {{ ref('milestones') }} as milestones on steps.milestone = milestones.milestone
),

troubles as (
    select
        episodes.organization_id,
        {{ days_after('episodes.started_date', 'causes.counts_after_days') }} as valid_from,
        episodes.ended_date as valid_to
    from {{ ref('int_stumble_episodes') }} as episodes
    inner join {{ ref('stumble_causes') }} as causes on episodes.cause = causes.cause
    where
        causes.urgency >= {{ troubling_urgency }}
        and episodes.days_held > causes.counts_after_days
),

came_back as (
    select
        plans.organization_id,
        plans.valid_to as valid_from,
        {{ days_after('plans.valid_to', 'signs.holds_for_days') }} as valid_to
    from plans
    inner join {{ ref('lifecycle_signs') }} as signs on signs.sign = 'came_back'
    where
        plans.plan = 'none'
        and plans.valid_to is not null
),

periods as (
    select
        organization_id,
        'begun' as sign,
        created_date as valid_from,
        cast(null as date) as valid_to
    from organizations
    union all
    select
        organization_id,
        'core_path_reached' as sign,
        max(reached_date) as valid_from,
        cast(null as date) as valid_to
    from path_milestones
    where is_core
    group by organization_id
    having count(*) = count(reached_date)
    union all
    select
        organization_id,
        'whole_path_reached' as sign,
        max(reached_date) as valid_from,
        cast(null as date) as valid_to
    from path_milestones
    group by organization_id
    having count(*) = count(reached_date)
    union all
    select
        organization_id,
        'in_trouble' as sign,
        valid_from,
        valid_to
    from troubles
    union all
    select
        organization_id,
        'payment_late' as sign,
        {{ days_after('due_date', '1') }} as valid_from,
        paid_date as valid_to
    from invoices
    union all
    select
        organization_id,
        'cancelling' as sign,
        occurred_date as valid_from,
        effective_date as valid_to
    from cancellations
    union all
    select
        organization_id,
        'on_trial' as sign,
        valid_from,
        valid_to
    from plans
    where plan = 'trial'
    union all
    select
        organization_id,
        'came_back' as sign,
        valid_from,
        valid_to
    from came_back
    union all
    select
        organization_id,
        'gone' as sign,
        valid_from,
        valid_to
    from plans
    where plan = 'none'
    union all
    select
        organization_id,
        'gone' as sign,
        ended_date as valid_from,
        cast(null as date) as valid_to
    from organizations
    where ended_date is not null
)

-- What two of a kind tell (two late invoices) holds until the last of them is over.
select
    organization_id,
    sign,
    valid_from,
    case when count(*) = count(valid_to) then max(valid_to) end as valid_to
from periods
where
    valid_from is not null
    and (valid_to is null or valid_to > valid_from)
group by organization_id, sign, valid_from
