{#- Some billing events are always late: from this share of the organizations on the source is. -#}
{%- set late_share = 0.02 -%}
{%- set late_count = 3 -%}
-- Organizations without a plan on the as-of date, where they are more than lateness explains.
with latest as (
    select
        spine.organization_id,
        spine.state_date,
        spine.plan,
        count(*) over () as organization_count,
        sum(case when spine.plan = 'unknown' then 1 else 0 end) over () as without_plan_count
    from {{ ref('int_health_spine') }} as spine
    inner join {{ ref('int_as_of') }} as as_of on spine.state_date = as_of.as_of_date
)

select
    organization_id,
    state_date,
    'No plan is known of it: the log lacks its billing events' as reason
from latest
where
    plan = 'unknown'
    and without_plan_count > greatest({{ late_share }} * organization_count, {{ late_count }})
