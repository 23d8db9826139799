-- Fails on every file whose lines are not numbered from 1 to as many as it has.
select
    lines.file_path,
    landed.line_count,
    min(lines.line_number) as least_line_number,
    max(lines.line_number) as greatest_line_number
from {{ ref('land_lines') }} as lines
inner join {{ ref('land_files') }} as landed
    on lines.file_path = landed.file_path
{%- if continues_last_build() %}
    where {{ arrived_since_last_build('lines.landing_number') }}
{%- endif %}
group by lines.file_path, landed.line_count
having min(lines.line_number) != 1 or max(lines.line_number) != landed.line_count
