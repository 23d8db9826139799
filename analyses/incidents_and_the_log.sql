-- Which of our own incidents did nobody declare, and of which declared ones does the log show
-- nothing? (data engineer, CRE)
select
    incident_kind,
    incident_source,
    is_found,
    count(*) as incident_count,
    count(case when is_open then 1 end) as open_count,
    max(affected_organization_count) as most_affected_organizations,
    sum(unknown_field_event_count) as unknown_field_event_count,
    max(started_date) as last_started_date
from {{ ref('dim_incidents') }}
group by incident_kind, incident_source, is_found
order by incident_kind, incident_source, is_found
