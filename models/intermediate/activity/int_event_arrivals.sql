{{ config(pre_hook="{{ ask_for_repaired_days() }}") }}

with events as (
    {{ events_to_count() }}
),

webhook_organizations as (
    select
        event_key,
        organization_id
    from {{ ref('int_webhook_organizations') }}
),

resolved as (
    select
        events.landing_number,
        events.event_source,
        events.event_type,
        events.occurred_at,
        {{ business_date('events.occurred_at') }} as event_date,
        events.is_occurred_at_assumed,
        events.received_at,
        coalesce(
            events.organization_id, webhook_organizations.organization_id, '{{ no_organization() }}'
        ) as organization_id
    from events
    left join webhook_organizations on events.event_key = webhook_organizations.event_key
)

select
    landing_number,
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
from resolved
where {{ is_to_be_counted('event_date') }}
group by landing_number, organization_id, event_date, event_source, event_type
