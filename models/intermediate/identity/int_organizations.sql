with event_days as (
    select * from {{ ref('int_event_days') }}
    where organization_id != '{{ no_organization() }}'
),

organization_events as (
    select * from {{ ref('stg_console__organizations') }}
),

names as (
    select * from {{ ref('int_organization_name_history') }}
),

first_events as (
    select
        organization_id,
        min(first_occurred_at) as first_occurred_at
    from event_days
    group by organization_id
),

creations as (
    select
        organization_id,
        min(occurred_at) as created_at,
        min_by(display_name, {{ order_key('occurred_at', 'event_key') }}) as display_name,
        min_by(segment, {{ order_key('occurred_at', 'event_key') }}) as segment,
        min_by(signup_source, {{ order_key('occurred_at', 'event_key') }}) as signup_source,
        min_by(is_internal, {{ order_key('occurred_at', 'event_key') }}) as is_internal
    from organization_events
    where action = 'created'
    group by organization_id
),

deletions as (
    select
        organization_id,
        max(occurred_at) as ended_at
    from organization_events
    where action = 'deleted'
    group by organization_id
),

last_names as (
    select
        organization_id,
        max_by(organization_name, valid_from) as organization_name
    from names
    group by organization_id
),

dated as (
    select
        first_events.organization_id,
        last_names.organization_name,
        creations.display_name,
        creations.segment,
        creations.signup_source,
        coalesce(creations.is_internal, false) as is_internal,
        first_events.first_occurred_at,
        creations.created_at as stated_created_at,
        {{ mackerel_id_created_at('first_events.organization_id') }} as identifier_created_at,
        deletions.ended_at
    from first_events
    left join creations on first_events.organization_id = creations.organization_id
    left join deletions on first_events.organization_id = deletions.organization_id
    left join last_names on first_events.organization_id = last_names.organization_id
),

proven as (
    select
        *,
        case
            when stated_created_at is not null then 'event'
            when identifier_created_at <= first_occurred_at then 'identifier'
            else 'first_event'
        end as creation_evidence
    from dated
),

created as (
    select
        *,
        case creation_evidence
            when 'event' then stated_created_at
            when 'identifier' then identifier_created_at
            else first_occurred_at
        end as created_at
    from proven
)

select
    organization_id,
    organization_name,
    display_name,
    segment,
    signup_source,
    is_internal,
    created_at,
    {{ business_date('created_at') }} as created_date,
    creation_evidence,
    {{ business_date('first_occurred_at') }} as first_event_date,
    ended_at,
    {{ business_date('ended_at') }} as ended_date
from created
