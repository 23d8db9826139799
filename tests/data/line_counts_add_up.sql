-- Fails on every file whose accepted, duplicate and quarantined lines are not together its lines.
select
    land_files.file_path,
    land_files.line_count,
    coalesce(sum(line_counts.line_count), 0) as explained_line_count
from {{ ref('land_files') }} as land_files
left join {{ ref('fct_line_counts') }} as line_counts
    on land_files.file_path = line_counts.file_path
group by land_files.file_path, land_files.line_count
having coalesce(sum(line_counts.line_count), 0) != land_files.line_count
