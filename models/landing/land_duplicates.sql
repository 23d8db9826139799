with land_lines as (
    select * from {{ ref('land_lines') }}
),

quarantined as (
    select * from {{ ref('land_quarantined_lines') }}
),

sound_lines as (
    select
        land_lines.file_path,
        land_lines.line_number,
        land_lines.event_source,
        land_lines.event_id,
        land_lines.received_at
    from land_lines
    left join quarantined
        on
            land_lines.file_path = quarantined.file_path
            and land_lines.line_number = quarantined.line_number
    where quarantined.line_number is null
),

repeated_identities as (
    select
        event_source,
        event_id
    from sound_lines
    group by event_source, event_id
    having count(*) > 1
),

deliveries as (
    select
        sound_lines.file_path,
        sound_lines.line_number,
        sound_lines.event_source,
        sound_lines.event_id,
        row_number() over (
            partition by sound_lines.event_source, sound_lines.event_id
            order by sound_lines.received_at, sound_lines.file_path, sound_lines.line_number
        ) as delivery_number
    from sound_lines
    inner join repeated_identities
        on
            sound_lines.event_source = repeated_identities.event_source
            and sound_lines.event_id = repeated_identities.event_id
)

select
    file_path,
    line_number,
    event_source,
    event_id,
    delivery_number
from deliveries
where delivery_number > 1
