-- Who is on the list this week and why, and who is at risk beside it? (CRE)
with weeks as (
    select * from {{ ref('fct_risk_weeks') }}
),

latest as (
    select max(week_end_date) as week_end_date
    from weeks
)

select
    weeks.is_listed,
    weeks.week_place,
    weeks.exclusion,
    weeks.organization_id,
    organizations.organization_name,
    weeks.shown_band,
    weeks.score,
    weeks.fall_points,
    weeks.sign,
    weeks.risk_points,
    weeks.worth_jpy,
    weeks.expected_loss_jpy
from weeks
inner join latest on weeks.week_end_date = latest.week_end_date
inner join {{ ref('dim_organizations') }} as organizations
    on weeks.organization_id = organizations.organization_id
where weeks.is_at_risk
order by
    weeks.is_listed desc, weeks.week_place asc nulls last, weeks.expected_loss_jpy desc,
    weeks.organization_id asc
