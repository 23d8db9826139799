-- Fails on every alert a webhook or the API told of that neither the episodes show nor, from
-- its day on, fct_alerts.
with told_alerts as (
    select alert_id from {{ ref('stg_webhook__alerts') }}
    union distinct
    select alert_id from {{ ref('stg_api__alerts') }}
),

episodes as (
    select * from {{ ref('int_alert_episodes') }}
),

as_of as (
    select as_of_date from {{ ref('int_as_of') }}
)

select told_alerts.alert_id
from told_alerts
cross join as_of
left join episodes on told_alerts.alert_id = episodes.alert_id
left join {{ ref('fct_alerts') }} as alerts on told_alerts.alert_id = alerts.alert_id
where
    told_alerts.alert_id is not null
    and alerts.alert_id is null
    and (episodes.alert_id is null or episodes.opened_date <= as_of.as_of_date)
