{#- Fewer may fall silent on one date by chance, each for a reason of its own. -#}
{%- set fewest_organizations = 5 -%}
{#- Of those to be expected: a quarter at once is no customer's own doing. -#}
{%- set least_percent = 25 -%}
with heard_dates as (
    select * from {{ ref('int_heard_dates') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

days as (
    select
        dates.state_date,
        as_of.as_of_date
    from as_of
    {{ unnest_dates('as_of.log_start_date', 'as_of.as_of_date', 'dates', 'state_date') }}
),

heard as (
    select
        days.state_date,
        days.as_of_date,
        coalesce(heard_dates.heard_organization_count, 0) as heard_count
    from days
    left join heard_dates on days.state_date = heard_dates.state_date
),

compared as (
    select
        *,
        lag(heard_count) over (order by state_date) as day_before_count,
        lag(heard_count, 7) over (order by state_date) as week_before_count
    from heard
),

-- Against the same weekday, so that hosts which rest on Sundays are no gap. The first week of a log
-- has nothing to be compared with.
low as (
    select
        *,
        coalesce(
            (day_before_count - heard_count) * 100
            >= greatest({{ fewest_organizations }} * 100, day_before_count * {{ least_percent }}),
            false
        ) as is_below_day_before,
        coalesce(
            (week_before_count - heard_count) * 100
            >= greatest({{ fewest_organizations }} * 100, week_before_count * {{ least_percent }}),
            false
        ) as is_below_week_before
    from compared
),

runs as (
    select
        *,
        sum(case when is_below_week_before then 0 else 1 end)
            over (order by state_date) as run_number
    from low
),

-- A gap begins at once; what crumbles over days is no gap until it falls.
begun as (
    select
        *,
        max(case when is_below_day_before then 1 else 0 end)
            over (partition by run_number order by state_date) as has_begun
    from runs
    where is_below_week_before
)

select
    'found-telemetry_gap-' || cast(min(state_date) as string) as incident_id,
    min(state_date) as started_date,
    max(state_date) as last_date,
    max(state_date) = max(as_of_date) as is_open,
    max(week_before_count) as expected_organization_count,
    min(heard_count) as heard_organization_count
from begun
where has_begun = 1
group by run_number
