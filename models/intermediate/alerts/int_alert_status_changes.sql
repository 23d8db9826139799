with reports as (
    select * from {{ of_touched(ref('int_alert_reports'), 'int_touched_alerts', ['alert_id']) }}
),

numbered as (
    select
        *,
        row_number() over (
            partition by alert_id, alert_status, is_open, date_trunc('second', changed_at)
            order by trust_rank, received_at, event_key
        ) as report_number
    from reports
)

select
    event_key,
    report_source,
    organization_id,
    alert_id,
    alert_status,
    is_open,
    alert_trigger,
    changed_at,
    {{ business_date('changed_at') }} as changed_date,
    opened_at,
    closed_at,
    monitor_name,
    monitor_type,
    host_id,
    service_name,
    actor_user_id,
    received_at
from numbered
where report_number = 1
