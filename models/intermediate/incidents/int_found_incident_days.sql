with host_days as (
    select
        organization_id,
        state_date
    from {{ ref('int_organization_host_days') }}
),

arrivals as (
    select * from {{ ref('int_unknown_field_arrivals') }}
),

found_incidents as (
    select * from {{ ref('int_found_incidents') }}
),

gap_days as (
    select
        found_incidents.incident_id,
        found_incidents.started_date,
        dates.effect_date
    from found_incidents
    {{ unnest_dates(
        'found_incidents.started_date', 'found_incidents.last_date', 'dates', 'effect_date'
    ) }}
    where found_incidents.incident_kind = 'telemetry_gap'
),

-- Whoever was heard on the last date before the gap, or on the same weekday a week before.
expected_days as (
    select
        gap_days.incident_id,
        gap_days.effect_date,
        host_days.organization_id
    from gap_days
    inner join host_days
        on host_days.state_date = {{ days_after('gap_days.started_date', '-1') }}
    union distinct
    select
        gap_days.incident_id,
        gap_days.effect_date,
        host_days.organization_id
    from gap_days
    inner join host_days
        on host_days.state_date = {{ days_after('gap_days.effect_date', '-7') }}
),

silent_days as (
    select
        expected_days.incident_id,
        expected_days.effect_date,
        expected_days.organization_id
    from expected_days
    left join host_days
        on
            expected_days.organization_id = host_days.organization_id
            and expected_days.effect_date = host_days.state_date
    where host_days.organization_id is null
)

select
    incident_id,
    'telemetry_gap' as incident_kind,
    organization_id,
    effect_date
from silent_days
union distinct
select
    found_incidents.incident_id,
    found_incidents.incident_kind,
    arrivals.organization_id,
    arrivals.told_date as effect_date
from found_incidents
inner join arrivals
    on
        found_incidents.event_source = arrivals.event_source
        and found_incidents.event_type = arrivals.event_type
        and found_incidents.field_path = arrivals.field_path
        and found_incidents.started_date <= arrivals.told_date
        and found_incidents.last_explained_date >= arrivals.told_date
