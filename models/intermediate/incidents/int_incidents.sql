with declarations as (
    select
        *,
        row_number()
            over (partition by incident_id order by occurred_at desc, event_key desc)
            as recency,
        min(occurred_at) over (partition by incident_id) as first_declared_at,
        count(*) over (partition by incident_id) as declaration_count
    from {{ ref('stg_cre__incidents') }}
    where
        incident_id is not null
        and started_at is not null
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
)

select
    declarations.incident_id,
    declarations.incident_kind,
    declarations.incident_title,
    declarations.components,
    declarations.started_at,
    declarations.ended_at,
    declarations.first_declared_at,
    declarations.declaration_count,
    declarations.event_key,
    declarations.occurred_at as last_declared_at,
    {{ business_date('declarations.started_at') }} as started_date,
    {{ business_date('declarations.ended_at') }} as ended_date,
    -- The end is excluded: one that ends at midnight does not touch the day that begins.
    greatest(
        {{ business_date('declarations.started_at') }},
        coalesce(
            {{ business_date("declarations.ended_at - interval '1' second") }}, as_of.as_of_date
        )
    ) as last_date
from declarations
cross join as_of
where declarations.recency = 1
