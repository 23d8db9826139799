-- Which customers have stopped acting on their alerts in the last four weeks? (CRE)
with alerts as (
    select
        alerts.organization_id,
        count(*) as alert_count,
        count(case when alerts.is_ignored then 1 end) as ignored_count
    from {{ ref('fct_alerts') }} as alerts
    inner join {{ ref('dim_organizations') }} as organizations
        on alerts.organization_id = organizations.organization_id
    where
        alerts.opened_date > organizations.as_of_date - interval '28' day
        and alerts.opened_date <= organizations.as_of_date
        and organizations.is_active
    group by alerts.organization_id
)

select
    organizations.organization_name,
    organizations.segment,
    organizations.mrr_jpy,
    alerts.alert_count,
    alerts.ignored_count
from alerts
inner join {{ ref('dim_organizations') }} as organizations
    on alerts.organization_id = organizations.organization_id
where
    alerts.alert_count >= 10
    and alerts.ignored_count = alerts.alert_count
order by organizations.mrr_jpy desc, alerts.ignored_count desc, organizations.organization_name asc
