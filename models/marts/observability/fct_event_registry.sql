with event_types as (
    select * from {{ ref('dim_event_types') }}
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

seen as (
    select
        event_type,
        sum(event_count) as event_count,
        count(distinct nullif(organization_id, '{{ no_organization() }}')) as organization_count,
        min(first_occurred_at) as first_occurred_at,
        max(last_occurred_at) as last_occurred_at,
        min(first_received_at) as first_received_at,
        max(last_received_at) as last_received_at
    from {{ ref('int_event_days') }}
    group by event_type
)

select
    event_types.event_type,
    event_types.event_source,
    event_types.staging_model,
    event_types.is_registered,
    cast(coalesce(seen.event_count, 0) as bigint) as event_count,
    coalesce(seen.organization_count, 0) as organization_count,
    seen.first_occurred_at,
    seen.last_occurred_at,
    seen.first_received_at,
    seen.last_received_at,
    cast(
        {{ days_between(business_date('seen.last_occurred_at'), 'as_of.as_of_date') }} as bigint
    ) as days_since_last_occurred
from event_types
cross join as_of
left join seen on event_types.event_type = seen.event_type
