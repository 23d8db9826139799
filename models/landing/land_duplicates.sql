with lines as (
    select * from {{ ref('land_lines') }}
),

quarantined as (
    select * from {{ ref('land_quarantined_lines') }}
),

repeated_identities as (
    select * from {{ ref('land_repeated_identities') }}
),

deliveries as (
    select
        lines.file_path,
        lines.line_number,
        lines.event_source,
        lines.event_id,
        lines.landing_number,
        cast(row_number() over (first_to_last) as bigint) as delivery_number,
        first_value(lines.landing_number) over (first_to_last) as first_landing_number
    from lines
    inner join repeated_identities
        on
            lines.event_id = repeated_identities.event_id
            and lines.event_source = repeated_identities.event_source
    left join quarantined
        on
            lines.file_path = quarantined.file_path
            and lines.line_number = quarantined.line_number
    where quarantined.line_number is null
    window
        first_to_last as (
            partition by lines.event_source, lines.event_id
            order by lines.received_at, lines.file_path, lines.line_number
        )
)

select
    file_path,
    line_number,
    event_source,
    event_id,
    landing_number,
    delivery_number,
    first_landing_number
from deliveries
where delivery_number > 1
