with kinds as (
    select * from {{ ref('incident_kinds') }}
),

declared as (
    select
        incidents.incident_id,
        incidents.incident_kind,
        incidents.started_date,
        incidents.last_date,
        kinds.hides_hosts
    from {{ ref('int_incidents') }} as incidents
    left join kinds on incidents.incident_kind = kinds.incident_kind
),

found as (
    select
        incident_id,
        'telemetry_gap' as incident_kind,
        started_date,
        last_date,
        last_date as last_explained_date,
        is_open,
        cast(null as string) as event_source,
        cast(null as string) as event_type,
        cast(null as string) as field_path,
        expected_organization_count,
        heard_organization_count,
        cast(null as bigint) as event_count
    from {{ ref('int_telemetry_gaps') }}
    union all
    select
        incident_id,
        'schema_drift' as incident_kind,
        started_date,
        last_date,
        last_explained_date,
        is_open,
        event_source,
        event_type,
        field_path,
        cast(null as bigint) as expected_organization_count,
        cast(null as bigint) as heard_organization_count,
        event_count
    from {{ ref('int_schema_drifts') }}
),

-- A gap is what an outage looks like from here, too.
covered as (
    select
        found.incident_id,
        declared.incident_id as declared_incident_id,
        row_number() over (
            partition by found.incident_id
            order by
                case when declared.incident_kind = found.incident_kind then 1 else 2 end asc,
                declared.started_date asc,
                declared.incident_id asc
        ) as place
    from found
    inner join declared
        on
            found.started_date <= declared.last_date
            and found.last_explained_date >= declared.started_date
            and (
                found.incident_kind = declared.incident_kind
                or (found.incident_kind = 'telemetry_gap' and declared.hides_hosts)
            )
)

select
    found.incident_id as found_incident_id,
    found.incident_kind,
    found.started_date,
    found.last_date,
    found.last_explained_date,
    found.is_open,
    found.event_source,
    found.event_type,
    found.field_path,
    found.expected_organization_count,
    found.heard_organization_count,
    found.event_count,
    covered.declared_incident_id,
    coalesce(covered.declared_incident_id, found.incident_id) as incident_id
from found
left join covered
    on
        found.incident_id = covered.incident_id
        and covered.place = 1
