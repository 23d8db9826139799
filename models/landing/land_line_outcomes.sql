{{ config(materialized='view') }}

with lines as (
    select * from {{ ref('land_lines') }}
),

quarantined as (
    select * from {{ ref('land_quarantined_lines') }}
),

duplicates as (
    select * from {{ ref('land_duplicates') }}
)

select
    lines.file_path,
    lines.line_number,
    lines.landing_number,
    lines.received_date,
    lines.event_source,
    lines.event_id,
    lines.event_type,
    lines.organization_id,
    lines.occurred_at,
    lines.received_at,
    lines.data_keys,
    lines.raw_text,
    case
        when quarantined.line_number is not null then 'quarantined'
        when duplicates.line_number is not null then 'duplicate'
        else 'accepted'
    end as outcome,
    case
        when quarantined.line_number is not null then quarantined.quarantine_reason
        when duplicates.line_number is not null then 'repeated_identity'
    end as outcome_reason
from lines
left join quarantined
    on
        lines.file_path = quarantined.file_path
        and lines.line_number = quarantined.line_number
left join duplicates
    on
        lines.file_path = duplicates.file_path
        and lines.line_number = duplicates.line_number
