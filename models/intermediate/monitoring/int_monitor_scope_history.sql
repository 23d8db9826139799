{#- Monitors that watch hosts, and so the roles hosts are in. -#}
{%- set watching_hosts = "('host', 'connectivity', 'anomalyDetection')" -%}
with webhook_organizations as (
    select * from {{ ref('int_webhook_organizations') }}
),

events as (
    select
        organization_id,
        monitor_id,
        occurred_at,
        event_key,
        coalesce(scopes, '') as scopes,
        coalesce(exclude_scopes, '') as exclude_scopes,
        false as is_gone
    from {{ ref('stg_api__monitors') }}
    where monitor_type in {{ watching_hosts }}
    union all
    select
        webhook_organizations.organization_id,
        changes.monitor_id,
        changes.occurred_at,
        changes.event_key,
        coalesce(changes.scopes, '') as scopes,
        coalesce(changes.exclude_scopes, '') as exclude_scopes,
        false as is_gone
    from {{ ref('stg_webhook__monitor_changes') }} as changes
    inner join webhook_organizations on changes.event_key = webhook_organizations.event_key
    where changes.monitor_type in {{ watching_hosts }}
),

periods as (
    {{ state_periods('events', ['organization_id', 'monitor_id'], ['scopes', 'exclude_scopes']) }}
)

select
    organization_id,
    monitor_id,
    valid_from,
    valid_to,
    scopes,
    exclude_scopes,
    event_key
from periods
