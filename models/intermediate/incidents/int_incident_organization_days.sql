with organizations as (
    select * from {{ ref('int_organizations') }}
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

incidents as (
    select * from {{ ref('int_incidents') }}
),

found_days as (
    select * from {{ ref('int_found_incident_days') }}
),

lives as (
    select
        organizations.organization_id,
        least(organizations.created_date, organizations.first_event_date) as first_date,
        least(coalesce(organizations.ended_date, as_of.as_of_date), as_of.as_of_date) as last_date
    from organizations
    cross join as_of
),

-- What Mackerel declared concerns everybody.
declared_days as (
    select
        incidents.incident_id,
        incidents.incident_kind,
        dates.effect_date
    from incidents
    {{ unnest_dates('incidents.started_date', 'incidents.last_date', 'dates', 'effect_date') }}
),

concerned as (
    select
        declared_days.incident_id,
        declared_days.incident_kind,
        lives.organization_id,
        declared_days.effect_date,
        0 as found_count
    from declared_days
    inner join lives
        on declared_days.effect_date between lives.first_date and lives.last_date
    union all
    select
        found_days.incident_id,
        coalesce(incidents.incident_kind, found_days.incident_kind) as incident_kind,
        found_days.organization_id,
        found_days.effect_date,
        1 as found_count
    from found_days
    inner join lives
        on
            found_days.organization_id = lives.organization_id
            and found_days.effect_date <= lives.last_date
    left join incidents on found_days.incident_id = incidents.incident_id
)

select
    incident_id,
    incident_kind,
    organization_id,
    effect_date,
    max(found_count) = 1 as is_found
from concerned
group by incident_id, incident_kind, organization_id, effect_date
