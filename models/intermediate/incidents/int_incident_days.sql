with incidents as (
    select * from {{ ref('int_incidents') }}
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

spans as (
    select
        incidents.incident_id,
        incidents.incident_kind,
        incidents.started_date,
        -- The end is excluded: one that ends at midnight does not touch the day that begins.
        greatest(
            incidents.started_date,
            coalesce(
                {{ business_date("incidents.ended_at - interval '1' second") }}, as_of.as_of_date
            )
        ) as last_date
    from incidents
    cross join as_of
)

select
    dates.incident_date,
    spans.incident_kind,
    count(*) as incident_count,
    {{ joined_texts('spans.incident_id') }} as incident_ids
from spans
{{ unnest_dates('spans.started_date', 'spans.last_date', 'dates', 'incident_date') }}
group by dates.incident_date, spans.incident_kind
