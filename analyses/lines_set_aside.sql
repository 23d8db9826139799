-- How many lines of the log were set aside, month by month, and why? (data engineer)
select
    cast(date_trunc('month', received_date) as date) as month_start_date,
    outcome,
    outcome_reason,
    sum(line_count) as line_count,
    count(distinct file_path) as file_count
from {{ ref('fct_line_counts') }}
where outcome != 'accepted'
group by cast(date_trunc('month', received_date) as date), outcome, outcome_reason
order by month_start_date asc, line_count desc, outcome_reason asc
