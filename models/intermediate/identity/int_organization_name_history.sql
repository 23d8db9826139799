with organization_events as (
    select * from {{ ref('stg_console__organizations') }}
),

named as (
    select
        organization_id,
        occurred_at as valid_from,
        case when action != 'deleted' then organization_name end as organization_name,
        lead(occurred_at) over (
            partition by organization_id order by occurred_at, event_key
        ) as valid_to
    from organization_events
    where organization_id is not null
)

select
    organization_id,
    organization_name,
    valid_from,
    valid_to
from named
where
    organization_name is not null
    and (valid_to is null or valid_to > valid_from)
