with webhooks as (
    select * from {{ of_touched(ref('int_webhooks'), 'int_touched_webhooks', ['event_key']) }}
),

names as (
    select * from {{ ref('int_organization_name_history') }}
),

bearers as (
    select
        webhooks.event_key,
        names.organization_id,
        names.valid_from,
        names.valid_to is null or webhooks.occurred_at < names.valid_to as is_current_name
    from webhooks
    inner join names
        on
            webhooks.organization_name = names.organization_name
            and webhooks.occurred_at >= names.valid_from
    where webhooks.stated_organization_id is null
),

-- A webhook may come after a rename: then the last organization that had borne the name.
ranked as (
    select
        *,
        row_number() over (
            partition by event_key
            order by is_current_name desc, valid_from desc, organization_id asc
        ) as bearer_rank
    from bearers
),

last_bearers as (
    select
        event_key,
        organization_id,
        is_current_name
    from ranked
    where bearer_rank = 1
)

select
    webhooks.event_key,
    webhooks.organization_name,
    coalesce(webhooks.stated_organization_id, last_bearers.organization_id) as organization_id,
    case
        when webhooks.stated_organization_id is not null then 'stated'
        when last_bearers.is_current_name then 'name'
        when last_bearers.organization_id is not null then 'former_name'
        when webhooks.organization_name is null then 'no_name'
        else 'unknown_name'
    end as resolved_by
from webhooks
left join last_bearers on webhooks.event_key = last_bearers.event_key
