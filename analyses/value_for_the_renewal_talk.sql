-- What did Mackerel do for each paying customer in the last three complete months, in numbers for
-- the renewal talk? (CRE)
-- Counts and seconds are added up first and divided last; covered roles are the last month's.
with months as (
    select
        *,
        dense_rank() over (order by month_end_date desc) as months_back
    from {{ ref('fct_value_delivered') }}
    where is_complete
),

quarters as (
    select
        organization_id,
        count(*) as month_count,
        sum(found_first_alert_count) as found_first_alert_count,
        sum(off_hours_alert_count) as off_hours_alert_count,
        sum(critical_acted_alert_count) as critical_acted_alert_count,
        sum(opened_alert_count) as opened_alert_count,
        sum(seconds_to_close) / (60 * nullif(sum(closed_acted_alert_count), 0))
            as mean_minutes_to_close,
        sum(host_day_count) as host_day_count,
        max(active_user_count) as most_active_users,
        max_by(covered_role_count, month_end_date) as covered_role_count,
        max_by(role_count, month_end_date) as role_count
    from months
    where months_back <= 3
    group by organization_id
)

select
    organizations.organization_name,
    organizations.mrr_jpy,
    quarters.month_count,
    quarters.found_first_alert_count,
    quarters.off_hours_alert_count,
    quarters.critical_acted_alert_count,
    quarters.opened_alert_count,
    quarters.mean_minutes_to_close,
    quarters.covered_role_count,
    quarters.role_count,
    quarters.host_day_count,
    quarters.most_active_users
from quarters
inner join {{ ref('dim_organizations') }} as organizations
    on quarters.organization_id = organizations.organization_id
where
    organizations.is_active
    and organizations.mrr_jpy > 0
order by organizations.mrr_jpy desc, organizations.organization_name asc
