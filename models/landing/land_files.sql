with files as (
    select * from {{ source('raw', 'files') }}
)

select
    files.file_path,
    files.read_path,
    files.received_date,
    files.file_format,
    files.read_route,
    files.size_bytes,
    files.content_sha256,
    files.line_count,
    files.file_problem,
    {% if is_incremental() -%}
        {{ last_build('landing_number') }} + 1 as landing_number
    {%- else -%}
        cast(1 as bigint) as landing_number
    {%- endif %}
from files
{%- if is_incremental() %}
left join {{ this }} as landed
    on
        files.file_path = landed.file_path
        -- What a build took in that never ended well is taken in again.
        and landed.landing_number <= {{ last_build('landing_number') }}
where landed.file_path is null
{%- endif %}
