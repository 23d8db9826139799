{#- How far ahead the score is asked to see. -#}
{%- set horizons = [30, 60, 90] -%}
with month_scores as (
    select * from {{ ref('int_health_scores') }}
    where
        extract(day from state_date) = 1
        and score is not null
),

organizations as (
    select * from {{ ref('int_organizations') }}
),

horizons as (
    {%- for days in horizons %}
        select cast({{ days }} as bigint) as horizon_days
        {{- '\nunion all' if not loop.last }}
    {%- endfor %}
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

next_churns as (
    select
        month_scores.organization_id,
        month_scores.state_date,
        min(churns.churned_date) as churned_date
    from month_scores
    inner join {{ ref('int_churns') }} as churns
        on
            month_scores.organization_id = churns.organization_id
            and month_scores.state_date < churns.churned_date
    group by month_scores.organization_id, month_scores.state_date
)

select
    month_scores.organization_id,
    month_scores.state_date as month_start_date,
    month_scores.score_version,
    horizons.horizon_days,
    coalesce(organizations.segment, 'unknown') as segment,
    month_scores.score,
    month_scores.band,
    next_churns.churned_date,
    ntile(10) over (
        partition by
            month_scores.state_date, month_scores.score_version, horizons.horizon_days
        order by month_scores.score, month_scores.organization_id
    ) as score_decile,
    coalesce(
        next_churns.churned_date
        <= {{ days_after('month_scores.state_date', 'horizons.horizon_days') }},
        false
    ) as is_churned
from month_scores
cross join horizons
cross join as_of
inner join organizations on month_scores.organization_id = organizations.organization_id
left join next_churns
    on
        month_scores.organization_id = next_churns.organization_id
        and month_scores.state_date = next_churns.state_date
-- What the horizon will bring is not known before it is over.
where {{ days_after('month_scores.state_date', 'horizons.horizon_days') }} <= as_of.as_of_date
