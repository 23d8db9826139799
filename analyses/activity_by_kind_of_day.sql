-- How much less is Mackerel used on weekends, in Golden Week, at Obon and over New Year? (analyst)
-- A count is null where the day was not observed; such days are left out.
with days as (
    select
        organization_days.state_date,
        organization_days.active_user_count,
        case
            when calendar.is_golden_week then 'golden_week'
            when calendar.is_obon then 'obon'
            when calendar.is_new_year then 'new_year'
            when calendar.is_business_day then 'business_day'
            when calendar.is_holiday then 'other_holiday'
            else 'weekend'
        end as kind_of_day
    from {{ ref('fct_organization_days') }} as organization_days
    inner join {{ ref('dim_dates') }} as calendar
        on organization_days.state_date = calendar.calendar_date
    where organization_days.active_user_count is not null
)

select
    kind_of_day,
    count(distinct state_date) as date_count,
    avg(case when active_user_count > 0 then 1.0 else 0.0 end) as active_organization_share,
    avg(active_user_count) as mean_active_users
from days
group by kind_of_day
order by active_organization_share desc, kind_of_day asc
