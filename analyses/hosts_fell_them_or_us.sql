-- Did host counts fall because of customers or because of us? (CRE, data engineer)
-- The dates on which somebody could not be heard, those who were silent by themselves, and our own
-- incidents; where none is named, nobody at all was heard.
with calendar as (
    select * from {{ ref('dim_dates') }}
),

incident_dates as (
    select
        calendar.calendar_date,
        {{ joined_texts("incidents.incident_source || ': ' || incidents.title_en") }} as incidents
    from {{ ref('dim_incidents') }} as incidents
    inner join calendar
        on
            incidents.started_date <= calendar.calendar_date
            and coalesce(incidents.ended_date, calendar.calendar_date) >= calendar.calendar_date
    where incidents.hides_hosts
    group by calendar.calendar_date
)

select
    organization_days.state_date,
    calendar.is_business_day,
    incident_dates.incidents,
    count(case when organization_days.telemetry_state = 'reporting' then 1 end) as reporting_count,
    count(case when organization_days.telemetry_state = 'silent' then 1 end) as silent_count,
    count(case when organization_days.telemetry_state = 'telemetry_gap' then 1 end) as unheard_count
from {{ ref('fct_organization_days') }} as organization_days
inner join calendar
    on organization_days.state_date = calendar.calendar_date
left join incident_dates
    on organization_days.state_date = incident_dates.calendar_date
group by organization_days.state_date, calendar.is_business_day, incident_dates.incidents
having count(case when organization_days.telemetry_state = 'telemetry_gap' then 1 end) > 0
order by organization_days.state_date
