with events as (
    select
        event_key,
        organization_id,
        occurred_at
    from {{ ref('land_events') }}
    where {{ is_late_news() }}
    union all
    -- What the marts could not show yet: days that were not over.
    select
        event_key,
        organization_id,
        occurred_at
    from {{ ref('land_events') }}
    where {{ is_after_last_build('occurred_at') }}
),

host_reports as (
    select
        organization_id,
        reported_date
    from {{ ref('stg_metering__host_reports') }}
    where {{ is_late_news() }}
    union all
    select
        organization_id,
        reported_date
    from {{ ref('stg_metering__host_reports') }}
    where {{ is_after_last_build(business_day_start('reported_date')) }}
),

touched_webhooks as (
    select
        webhooks.event_key,
        webhooks.organization_name,
        {{ business_date('webhooks.occurred_at') }} as occurred_date
    from {{ ref('int_webhooks') }} as webhooks
    inner join {{ ref('int_touched_webhooks') }} as touched
        on webhooks.event_key = touched.event_key
),

webhook_organizations as (
    select * from {{ ref('int_webhook_organizations') }}
),

replaced_events as (
    select
        *,
        {{ business_date('occurred_at') }} as occurred_date
    from {{ ref('land_replaced_events') }}
),

-- Whoever bears a name now or was thought to bear it may gain or lose its webhooks.
bearers as (
    select
        organization_id,
        organization_name
    from {{ ref('int_organization_name_history') }}
    union
    select
        organization_id,
        organization_name
    from {{ remembered('int_organization_name_history') }}
),

named_days as (
    select
        organization_name,
        occurred_date
    from touched_webhooks
    union
    select
        organization_name,
        occurred_date
    from replaced_events
    where organization_name is not null
),

touched as (
    select
        coalesce(events.organization_id, webhook_organizations.organization_id) as organization_id,
        {{ business_date('events.occurred_at') }} as touched_date
    from events
    left join webhook_organizations on events.event_key = webhook_organizations.event_key
    union
    select
        organization_id,
        reported_date as touched_date
    from host_reports
    union
    select
        organization_id,
        occurred_date as touched_date
    from replaced_events
    union
    select
        organization_id,
        reported_date as touched_date
    from replaced_events
    union
    select
        bearers.organization_id,
        named_days.occurred_date as touched_date
    from named_days
    inner join bearers on named_days.organization_name = bearers.organization_name
    union
    select
        cast(null as string) as organization_id,
        occurred_date as touched_date
    from named_days
)

select distinct
    coalesce(organization_id, '{{ no_organization() }}') as organization_id,
    touched_date
from touched
where touched_date is not null
