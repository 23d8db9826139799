with events as (
    select * from {{ ref('stg_console__downtimes') }}
)

select
    organization_id,
    downtime_id,
    max(downtime_name) as downtime_name,
    min(case when action = 'created' then occurred_at end) as created_at,
    min(case when action = 'deleted' then occurred_at end) as deleted_at,
    max(starts_at) as starts_at,
    max(duration_minutes) as duration_minutes,
    coalesce(min(case when action = 'created' then event_key end), min(event_key)) as event_key
from events
where
    organization_id is not null
    and downtime_id is not null
group by organization_id, downtime_id
