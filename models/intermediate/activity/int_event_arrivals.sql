{{
    config(
        pre_hook="{{ ask_before('repaired_from', repaired_from(scope('int_repaired_days')))"
            ~ " if is_incremental() }}",
    )
}}
{%- set repaired_days = scope('int_repaired_days') -%}
{#- No event of a repaired day was received much before it: older ones need not be read. -#}
{%- set may_be_repaired -%}
    received_at >= {{ asked_before('repaired_from', repaired_from(repaired_days)) }}
{%- endset -%}
with events as (
    select * from {{ ref('land_events') }}
    where {{ is_new() }}
    {%- if is_incremental() %}
        union all
        -- What came earlier is counted again only on days of which something no longer counts.
        select * from {{ ref('land_events') }}
        where
            not {{ is_new() }}
            and {{ may_be_repaired }}
            and organization_id in (select organization_id from {{ repaired_days }})
            and {{ business_date('occurred_at') }} in (select repaired_date from {{ repaired_days }})
        union all
        -- The same of those that a name gives their organization.
        select * from {{ ref('land_events') }}
        where
            not {{ is_new() }}
            and {{ may_be_repaired }}
            and organization_id is null
            and {{ business_date('occurred_at') }} in (select repaired_date from {{ repaired_days }})
    {%- endif %}
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
{%- if is_incremental() %}
where
    {{ is_new() }}
    or (organization_id, event_date) in (
        select
            organization_id,
            repaired_date
        from {{ repaired_days }}
    )
{%- endif %}
group by landing_number, organization_id, event_date, event_source, event_type
