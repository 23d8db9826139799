with searches as (
    select * from {{ ref('int_unanswered_searches') }}
),

milestone_dates as (
    select * from {{ ref('int_organization_milestone_dates') }}
)

select
    searches.organization_id,
    searches.searched_date as asked_date,
    milestone_dates.plugin_or_service_metric_date as answered_date,
    min(searches.event_key) as event_key
from searches
left join milestone_dates on searches.organization_id = milestone_dates.organization_id
where
    searches.next_ticket_id is not null
    and (
        milestone_dates.plugin_or_service_metric_date is null
        or milestone_dates.plugin_or_service_metric_date > searches.searched_date
    )
group by
    searches.organization_id,
    searches.searched_date,
    milestone_dates.plugin_or_service_metric_date
