-- What holds customers up most often, for how long, and how many are held up now? (CRE, analyst)
select
    cause,
    blocked_milestone,
    count(*) as stumble_count,
    count(distinct organization_id) as organization_count,
    avg(case when not is_open then days_held end) as mean_days_of_ended,
    count(case when is_open then 1 end) as open_stumble_count
from {{ ref('fct_stumbles') }}
group by cause, blocked_milestone
order by stumble_count desc, cause asc
