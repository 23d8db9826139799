{%- set touched = scope('int_touched_organizations') -%}
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
),

touched_lives as (
    {%- if is_incremental() %}
        select
            lives.organization_id,
            lives.created_date,
            lives.log_start_date,
            greatest(lives.first_date, touched.touched_from_date) as first_date,
            lives.last_date
        from lives
        inner join {{ touched }} as touched
            on lives.organization_id = touched.organization_id
    {%- else %}
        select * from lives
    {%- endif %}
)

select
    lives.organization_id,
    dates.state_date,
    cast({{ days_between('lives.created_date', 'dates.state_date') }} as bigint) as tenure_days,
    dates.state_date >= lives.log_start_date as is_observed
from touched_lives as lives
{{ unnest_dates('lives.first_date', 'lives.last_date', 'dates', 'state_date') }}
