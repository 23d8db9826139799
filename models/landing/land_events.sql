{{ config(materialized='view') }}

with line_outcomes as (
    select * from {{ ref('land_line_outcomes') }}
    where outcome = 'accepted'
),

known as (
    select
        *,
        event_source || '#' || event_id as event_key,
        {{ json_struct('raw_text', {'data': 'string'}) }} as envelope
    from line_outcomes
    {%- if var('known_at') %}
        where received_at <= {{ parse_timestamp("'" ~ var('known_at') ~ "'") }}
    {%- endif %}
)

select
    known.event_key,
    known.event_source,
    known.event_id,
    known.event_type,
    known.organization_id,
    known.received_at,
    known.envelope.data,
    known.data_keys,
    known.raw_text,
    known.file_path,
    known.line_number,
    coalesce(known.occurred_at, known.received_at) as occurred_at,
    known.occurred_at is null as is_occurred_at_assumed
from known
