with webhooks as (
    select * from {{ ref('int_webhooks') }}
),

replaced_events as (
    select * from {{ ref('land_replaced_events') }}
),

-- Who bears a name, and since when, is known better than it was: its webhooks are asked again.
changed_names as (
    select organization_name
    from {{ changed_rows('int_organization_name_history', [
        'organization_id', 'organization_name', 'valid_from', 'valid_to',
    ]) }} as changes
    group by organization_name
)

select webhooks.event_key
from webhooks
where
    {{ is_late_news('webhooks.landing_number') }}
    or webhooks.organization_name in (
        select changed_names.organization_name from changed_names
    )
union distinct
select event_key
from replaced_events
