with events as (
    select
        event_key,
        organization_id,
        occurred_at
    from {{ ref('land_events') }}
    where {{ is_late_news() }}
    union all
    -- What the marts could not show yet: days that were not over. None of it came much earlier.
    select
        event_key,
        organization_id,
        occurred_at
    from {{ ref('land_events') }}
    where
        {{ is_after_last_build('occurred_at') }}
        and {{ is_after_last_build('received_at', hours_before=var('clock_skew_hours')) }}
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
    where {{ is_date_after_last_build('reported_date') }}
),

webhook_organizations as (
    select * from {{ ref('int_webhook_organizations') }}
),

repaired_days as (
    select * from {{ ref('int_repaired_days') }}
),

touched as (
    select
        coalesce(events.organization_id, webhook_organizations.organization_id) as organization_id,
        {{ business_date('events.occurred_at') }} as touched_date
    from events
    left join webhook_organizations on events.event_key = webhook_organizations.event_key
    union distinct
    select
        organization_id,
        reported_date as touched_date
    from host_reports
    union distinct
    select
        organization_id,
        repaired_date as touched_date
    from repaired_days
)

select distinct
    coalesce(organization_id, '{{ no_organization() }}') as organization_id,
    touched_date
from touched
where touched_date is not null
