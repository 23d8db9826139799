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
)

select
    incident_id,
    incident_kind,
    incident_title,
    components,
    started_at,
    {{ business_date('started_at') }} as started_date,
    ended_at,
    {{ business_date('ended_at') }} as ended_date,
    first_declared_at,
    occurred_at as last_declared_at,
    declaration_count,
    event_key
from declarations
where recency = 1
