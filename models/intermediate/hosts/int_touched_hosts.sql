with reported as (
    select
        organization_id,
        host_id,
        reported_date as touched_date
    from {{ ref('stg_metering__host_reports') }}
    where {{ is_late_news() }}
    union all
    select
        organization_id,
        host_id,
        date '{{ beginning_of_time() }}' as touched_date
    from {{ ref('land_replaced_events') }}
)

select
    organization_id,
    host_id,
    min(touched_date) as touched_from_date
from reported
where
    organization_id is not null
    and host_id is not null
    and touched_date is not null
group by organization_id, host_id
