with incidents as (
    select * from {{ ref('int_incidents') }}
),

found_incidents as (
    select * from {{ ref('int_found_incidents') }}
),

kinds as (
    select * from {{ ref('incident_kinds') }}
),

-- A declared incident may explain several finds: a field of two event types, say.
evidence as (
    select
        incident_id,
        min(incident_kind) as incident_kind,
        min(started_date) as started_date,
        max(last_date) as last_date,
        max(case when is_open then 1 else 0 end) = 1 as is_open,
        max(case when declared_incident_id is null then 0 else 1 end) = 1 as is_declared,
        {{ joined_texts('event_type') }} as event_types,
        {{ joined_texts('field_path') }} as field_paths,
        cast(sum(event_count) as bigint) as unknown_field_event_count,
        max(expected_organization_count) as expected_organization_count,
        min(heard_organization_count) as heard_organization_count
    from found_incidents
    group by incident_id
),

affected as (
    select
        incident_id,
        count(distinct organization_id) as affected_organization_count,
        count(distinct case when is_found then organization_id end) as found_organization_count
    from {{ ref('int_incident_organization_days') }}
    group by incident_id
),

listed as (
    select
        incident_id,
        incident_kind,
        'declared' as incident_source,
        incident_title as what_en,
        cast(null as string) as what_ja,
        started_at,
        started_date,
        ended_at,
        case when ended_at is not null then last_date end as ended_date,
        components,
        event_key
    from incidents
    union all
    select
        incident_id,
        incident_kind,
        'found' as incident_source,
        event_types || ' ' || field_paths as what_en,
        event_types || ' ' || field_paths as what_ja,
        {{ business_day_start('started_date') }} as started_at,
        started_date,
        case
            when not is_open then {{ business_day_start(days_after('last_date', '1')) }}
        end as ended_at,
        case when not is_open then last_date end as ended_date,
        cast(null as string) as components,
        cast(null as string) as event_key
    from evidence
    where not is_declared
)

select
    listed.incident_id,
    listed.incident_kind,
    listed.incident_source,
    listed.started_at,
    listed.started_date,
    listed.ended_at,
    listed.ended_date,
    evidence.expected_organization_count,
    evidence.heard_organization_count,
    evidence.unknown_field_event_count,
    evidence.event_types,
    evidence.field_paths,
    listed.components,
    listed.event_key,
    coalesce(kinds.name_en, listed.incident_kind)
    || coalesce(': ' || listed.what_en, '') as title_en,
    coalesce(kinds.name_ja, listed.incident_kind)
    || coalesce(': ' || listed.what_ja, '') as title_ja,
    evidence.incident_id is not null as is_found,
    listed.ended_at is null as is_open,
    coalesce(kinds.hides_hosts, false) as hides_hosts,
    coalesce(affected.affected_organization_count, 0) as affected_organization_count,
    coalesce(affected.found_organization_count, 0) as found_organization_count
from listed
left join evidence on listed.incident_id = evidence.incident_id
left join affected on listed.incident_id = affected.incident_id
left join kinds on listed.incident_kind = kinds.incident_kind
