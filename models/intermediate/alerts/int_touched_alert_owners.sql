with touched_alerts as (
    select * from {{ ref('int_touched_alerts') }}
),

alert_episodes as (
    select * from {{ ref('int_alert_episodes') }}
),

webhook_alerts as (
    select webhook_alerts.*
    from {{ ref('stg_webhook__alerts') }} as webhook_alerts
    inner join touched_alerts on webhook_alerts.alert_id = touched_alerts.alert_id
),

bearers as (
    select * from {{ known_rows('int_organization_name_history', [
        'organization_id', 'organization_name',
    ]) }} as known
),

-- Where several organizations tell of an alert, what comes later decides whose it is.
alert_tellers as (
    select
        alert_id,
        organization_id
    from alert_episodes
    union all
    select
        alert_id,
        organization_id
    from {{ ref('stg_api__alerts') }}
    union all
    select
        alert_id,
        organization_id
    from {{ ref('stg_api__alert_logs') }}
    union all
    select
        alert_id,
        coalesce(organization_id, service_organization_id) as organization_id
    from webhook_alerts
    union all
    -- A webhook's alert may have been another organization's, had it borne the name.
    select
        webhook_alerts.alert_id,
        bearers.organization_id
    from webhook_alerts
    inner join bearers on webhook_alerts.organization_name = bearers.organization_name
),

-- An open alert is ignored a day after it opened, though nobody told of it anew.
alerts_ignored_by_now as (
    select
        organization_id,
        opened_date as touched_date
    from alert_episodes
    where
        is_ignored
        and closed_at is null
        and opened_at + interval '24' hour > {{ last_build_end() }}
)

select distinct
    alert_tellers.organization_id,
    touched_alerts.touched_from_date as touched_date
from alert_tellers
inner join touched_alerts on alert_tellers.alert_id = touched_alerts.alert_id
where alert_tellers.organization_id is not null
union distinct
select
    organization_id,
    touched_date
from alerts_ignored_by_now
