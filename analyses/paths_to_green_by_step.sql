-- Which step would help most customers to green, and what would all of it cost? (CRE)
with steps as (
    select * from {{ ref('fct_paths_to_green') }}
)

select
    component,
    step_en,
    step_ja,
    count(*) as organization_count,
    sum(effort_hours) as effort_hours,
    sum(case when step_number = 1 then 1 else 0 end) as first_step_count
from steps
group by component, step_en, step_ja
order by organization_count desc, component asc
