with organizations as (
    select * from {{ ref('int_organizations') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

lives as (
    select
        organizations.organization_id,
        organizations.created_date,
        as_of.log_start_date,
        case organizations.creation_evidence
            when 'event' then least(organizations.created_date, organizations.first_event_date)
            else organizations.first_event_date
        end as first_date,
        least(coalesce(organizations.ended_date, as_of.as_of_date), as_of.as_of_date) as last_date
    from organizations
    cross join as_of
)

select
    lives.organization_id,
    dates.state_date,
    cast({{ days_between('lives.created_date', 'dates.state_date') }} as bigint) as tenure_days,
    dates.state_date >= lives.log_start_date as is_observed
from lives
{{ unnest_dates('lives.first_date', 'lives.last_date', 'dates', 'state_date') }}
