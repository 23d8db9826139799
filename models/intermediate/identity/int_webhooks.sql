{{ config(materialized='view') }}

with alerts as (
    select
        event_key,
        occurred_at,
        organization_id,
        organization_name,
        service_organization_id,
        landing_number
    from {{ ref('stg_webhook__alerts') }}
),

alert_groups as (
    select * from {{ ref('stg_webhook__alert_groups') }}
),

host_changes as (
    select * from {{ ref('stg_webhook__host_changes') }}
),

monitor_changes as (
    select * from {{ ref('stg_webhook__monitor_changes') }}
),

samples as (
    select * from {{ ref('stg_webhook__samples') }}
)

select
    event_key,
    occurred_at,
    organization_name,
    coalesce(organization_id, service_organization_id) as stated_organization_id,
    landing_number
from alerts
{%- for relation in ['alert_groups', 'host_changes', 'monitor_changes', 'samples'] %}
    union all
    select
        event_key,
        occurred_at,
        organization_name,
        organization_id as stated_organization_id,
        landing_number
    from {{ relation }}
{%- endfor %}
