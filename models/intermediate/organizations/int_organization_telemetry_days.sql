with spine as (
    select * from {{ onward(ref('int_organization_spine'), 'state_date') }}
),

host_days as (
    select * from {{ ref('int_organization_host_days') }}
),

hidden_days as (
    select
        organization_id,
        effect_date
    from {{ ref('int_incident_effects') }}
    where hides_hosts
),

-- A date on which nobody's hosts were heard is a hole in our log, declared or not.
heard_dates as (
    select * from {{ ref('int_heard_dates') }}
),

first_reports as (
    select
        organization_id,
        min(state_date) as first_reported_date
    from host_days
    group by organization_id
),

heard as (
    select
        spine.organization_id,
        spine.state_date,
        spine.is_observed,
        host_days.reporting_host_count,
        coalesce(first_reports.first_reported_date <= spine.state_date, false) as has_reported,
        spine.is_observed
        and (
            hidden_days.effect_date is not null
            or heard_dates.state_date is null
        ) as is_deaf_date
    from spine
    left join host_days
        on
            spine.organization_id = host_days.organization_id
            and spine.state_date = host_days.state_date
    left join first_reports on spine.organization_id = first_reports.organization_id
    left join hidden_days
        on
            spine.organization_id = hidden_days.organization_id
            and spine.state_date = hidden_days.effect_date
    left join heard_dates on spine.state_date = heard_dates.state_date
)

select
    organization_id,
    state_date,
    is_deaf_date,
    case
        when reporting_host_count > 0 then 'reporting'
        when not has_reported or not is_observed then 'no_data_yet'
        when is_deaf_date then 'telemetry_gap'
        else 'silent'
    end as telemetry_state,
    case
        when reporting_host_count > 0 then reporting_host_count
        when has_reported and is_observed and not is_deaf_date then 0
    end as reporting_host_count
from heard
