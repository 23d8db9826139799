-- How long do organizations stay in a stage of their life, and where do they go from there? (CRE)
-- Stages that last still are counted on their own: how long they will be is not known. Those
-- that began before the log did are left out.
with stages as (
    select * from {{ ref('dim_organization_stages') }}
    where is_start_observed
)

select
    stage,
    next_stage,
    is_current,
    count(*) as period_count,
    count(distinct organization_id) as organization_count,
    avg(days_in_stage) as mean_days_in_stage,
    max(days_in_stage) as most_days_in_stage
from stages
group by stage, next_stage, is_current
order by stage asc, next_stage asc nulls last, is_current asc
