{#- Nobody is called again before what was said last could take effect. -#}
{%- set cool_down_days = 7 -%}
with reasons as (
    select * from {{ ref('int_call_reasons') }}
),

organizations as (
    select * from {{ ref('int_organizations') }}
),

worth as (
    select * from {{ ref('int_call_worth') }}
),

as_of as (
    select as_of_date from {{ ref('int_as_of') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by organization_id order by urgency desc, since_date asc, call_reason asc
        ) as reason_rank,
        count(*) over (partition by organization_id) as reason_count
    from reasons
),

last_touches as (
    select
        touches.organization_id,
        max(touches.occurred_date) as last_touched_date
    from {{ ref('stg_cre__touches') }} as touches
    cross join as_of
    where touches.occurred_date <= as_of.as_of_date
    group by touches.organization_id
)

select
    ranked.organization_id,
    organizations.organization_name,
    organizations.segment,
    worth.plan,
    worth.mrr_jpy,
    worth.worth_jpy,
    ranked.call_reason,
    ranked.since_date,
    ranked.urgency,
    ranked.playbook,
    ranked.name_en,
    ranked.name_ja,
    ranked.action_en,
    ranked.action_ja,
    ranked.reason_count,
    last_touches.last_touched_date,
    as_of.as_of_date,
    case
        when organizations.ended_date <= as_of.as_of_date then 'ended'
        when organizations.is_internal then 'internal'
        when last_touches.last_touched_date > as_of.as_of_date - interval '{{ cool_down_days }}' day
            then 'recently_touched'
    end as exclusion
from ranked
inner join organizations on ranked.organization_id = organizations.organization_id
inner join worth on ranked.organization_id = worth.organization_id
cross join as_of
left join last_touches on ranked.organization_id = last_touches.organization_id
where ranked.reason_rank = 1
