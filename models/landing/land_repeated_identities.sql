with lines as (
    select
        file_path,
        line_number,
        event_source,
        event_id,
        landing_number
    from {{ ref('land_lines') }}
),

quarantined as (
    select * from {{ ref('land_quarantined_lines') }}
),

{%- if continues_last_build() %}

-- Not of `lines`: asked twice, all of it would be laid aside first.
new_identities as (
    select distinct
        event_source,
        event_id
    from {{ ref('land_lines') }}
    where {{ is_late_news() }}
),

{%- endif %}

looked_at as (
    {%- if continues_last_build() %}
        select lines.*
        from lines
        inner join new_identities
            on
                lines.event_id = new_identities.event_id
                and lines.event_source = new_identities.event_source
    {%- else %}
        select * from lines
    {%- endif %}
),

deliveries as (
    select looked_at.*
    from looked_at
    left join quarantined
        on
            looked_at.file_path = quarantined.file_path
            and looked_at.line_number = quarantined.line_number
    where quarantined.line_number is null
)

select
    event_source,
    event_id,
    count(*) as delivery_count
from deliveries
group by event_source, event_id
having count(*) > 1
