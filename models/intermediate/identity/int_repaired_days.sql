with touched_webhooks as (
    select
        webhooks.event_key,
        webhooks.organization_name,
        {{ business_date('webhooks.occurred_at') }} as occurred_date
    from {{ ref('int_webhooks') }} as webhooks
    inner join {{ ref('int_touched_webhooks') }} as touched
        on webhooks.event_key = touched.event_key
    -- A new one repairs nothing, it adds.
    where not {{ is_late_news('webhooks.landing_number') }}
),

replaced_events as (
    select
        *,
        {{ business_date('occurred_at') }} as occurred_date
    from {{ ref('land_replaced_events') }}
),

-- Whoever bears a name now or was thought to bear it may gain or lose its webhooks.
bearers as (
    select * from {{ known_rows('int_organization_name_history', [
        'organization_id', 'organization_name',
    ]) }} as known
),

named_days as (
    select
        organization_name,
        occurred_date
    from touched_webhooks
    union distinct
    select
        organization_name,
        occurred_date
    from replaced_events
    where organization_name is not null
),

repaired as (
    select
        organization_id,
        occurred_date as repaired_date
    from replaced_events
    union distinct
    select
        organization_id,
        reported_date as repaired_date
    from replaced_events
    union distinct
    select
        bearers.organization_id,
        named_days.occurred_date as repaired_date
    from named_days
    inner join bearers on named_days.organization_name = bearers.organization_name
    union distinct
    select
        cast(null as string) as organization_id,
        occurred_date as repaired_date
    from named_days
)

select distinct
    coalesce(organization_id, '{{ no_organization() }}') as organization_id,
    repaired_date
from repaired
where repaired_date is not null
