-- What costs customers of each plan most of their score, and of how many is it not known? (analyst)
with components as (
    select * from {{ ref('fct_health_score_components') }}
),

latest as (
    select max(state_date) as state_date
    from components
)

select
    organization_days.plan,
    components.component,
    count(*) as organization_count,
    count(components.points) as known_count,
    avg(components.points) as mean_points,
    sum(components.weight * (100 - components.points)) as lost_points
from components
inner join latest on components.state_date = latest.state_date
inner join {{ ref('fct_organization_days') }} as organization_days
    on
        components.organization_id = organization_days.organization_id
        and components.state_date = organization_days.state_date
group by organization_days.plan, components.component
order by organization_days.plan asc, lost_points desc nulls last, components.component asc
