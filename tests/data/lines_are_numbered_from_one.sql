-- Fails on every file whose lines are not numbered from 1 to as many as it has.
select
    landed_lines.file_path,
    landed_files.line_count,
    min(landed_lines.line_number) as least_line_number,
    max(landed_lines.line_number) as greatest_line_number
from {{ ref('land_lines') }} as landed_lines
inner join {{ ref('land_files') }} as landed_files
    on landed_lines.file_path = landed_files.file_path
{%- if continues_last_build() %}
    where {{ arrived_since_last_build('landed_lines.landing_number') }}
{%- endif %}
group by landed_lines.file_path, landed_files.line_count
having
    min(landed_lines.line_number) != 1
    or max(landed_lines.line_number) != landed_files.line_count
