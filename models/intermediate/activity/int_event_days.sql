with events as (
    select
        event_key,
        event_source,
        event_type,
        organization_id,
        occurred_at,
        {{ business_date('occurred_at') }} as event_date,
        is_occurred_at_assumed,
        received_at
    from {{ ref('land_events') }}
),

webhook_organizations as (
    select
        event_key,
        organization_id
    from {{ ref('int_webhook_organizations') }}
),

resolved as (
    select
        events.event_source,
        events.event_type,
        events.occurred_at,
        events.event_date,
        events.is_occurred_at_assumed,
        events.received_at,
        coalesce(
            events.organization_id, webhook_organizations.organization_id, '{{ no_organization() }}'
        ) as organization_id
    from events
    left join webhook_organizations on events.event_key = webhook_organizations.event_key
),

recomputed as (
    select * from {{ on_touched_days('resolved', 'event_date') }}
)

select
    organization_id,
    event_date,
    event_source,
    event_type,
    count(*) as event_count,
    count(*) filter (where is_occurred_at_assumed) as assumed_time_count,
    min(occurred_at) as first_occurred_at,
    max(occurred_at) as last_occurred_at,
    min(received_at) as first_received_at,
    max(received_at) as last_received_at
from recomputed
group by organization_id, event_date, event_source, event_type
