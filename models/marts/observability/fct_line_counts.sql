with files as (
    select
        file_path,
        received_date,
        line_count,
        file_problem
    from {{ of_touched(ref('land_files'), 'land_touched_files', ['file_path']) }}
),

outcomes as (
    select
        file_path,
        outcome,
        coalesce(outcome_reason, 'sound') as outcome_reason,
        count(*) as line_count
    from {{ of_touched(ref('land_line_outcomes'), 'land_touched_files', ['file_path']) }}
    group by file_path, outcome, coalesce(outcome_reason, 'sound')
)

select
    files.file_path,
    files.received_date,
    files.file_problem,
    files.line_count as file_line_count,
    coalesce(outcomes.outcome, 'no_line') as outcome,
    coalesce(outcomes.outcome_reason, 'empty_file') as outcome_reason,
    coalesce(outcomes.line_count, 0) as line_count
from files
left join outcomes on files.file_path = outcomes.file_path
