-- Fails on every alert a webhook or the API told of that fct_alerts does not show.
with told_alerts as (
    select alert_id from {{ ref('stg_webhook__alerts') }}
    union
    select alert_id from {{ ref('stg_api__alerts') }}
)

select told_alerts.alert_id
from told_alerts
left join {{ ref('fct_alerts') }} as alerts on told_alerts.alert_id = alerts.alert_id
where
    told_alerts.alert_id is not null
    and alerts.alert_id is null
