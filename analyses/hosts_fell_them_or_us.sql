-- Did host counts fall because of customers or because of us? (CRE, data engineer)
-- The dates on which somebody could not be heard, with those who were silent by themselves.
select
    organization_days.state_date,
    calendar.is_business_day,
    count(case when organization_days.telemetry_state = 'reporting' then 1 end) as reporting_count,
    count(case when organization_days.telemetry_state = 'silent' then 1 end) as silent_count,
    count(case when organization_days.telemetry_state = 'telemetry_gap' then 1 end) as unheard_count
from {{ ref('fct_organization_days') }} as organization_days
inner join {{ ref('dim_dates') }} as calendar
    on organization_days.state_date = calendar.calendar_date
group by organization_days.state_date, calendar.is_business_day
having count(case when organization_days.telemetry_state = 'telemetry_gap' then 1 end) > 0
order by organization_days.state_date
