{{ config(materialized='view') }}

with lines as (
    select * from {{ ref('land_line_outcomes') }}
    where
        outcome = 'accepted'
        {%- if var('known_at') %}
            and received_at <= {{ parse_timestamp("'" ~ var('known_at') ~ "'") }}
        {%- endif %}
)

select
    event_source || '#' || event_id as event_key,
    event_source,
    event_id,
    event_type,
    organization_id,
    coalesce(occurred_at, received_at) as occurred_at,
    occurred_at is null as is_occurred_at_assumed,
    received_at,
    {{ json_part('raw_text', '$.data') }} as data,
    data_keys,
    raw_text,
    file_path,
    line_number
from lines
