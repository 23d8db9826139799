with events as (
    select
        organization_id,
        dashboard_id,
        dashboard_title,
        widget_count,
        occurred_at,
        event_key,
        action = 'deleted' as is_gone
    from {{ ref('stg_console__dashboards') }}
    where action in ('created', 'updated', 'deleted')
),

periods as (
    {{ state_periods(
        'events', ['organization_id', 'dashboard_id'], ['dashboard_title', 'widget_count']
    ) }}
)

select
    organization_id,
    dashboard_id,
    valid_from,
    valid_to,
    dashboard_title,
    widget_count,
    event_key
from periods
