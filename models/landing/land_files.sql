select
    file_path,
    read_path,
    received_date,
    file_format,
    read_route,
    size_bytes,
    content_sha256,
    line_count,
    file_problem
from {{ source('raw', 'files') }}
