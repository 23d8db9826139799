with organization_days as (
    select * from {{ ref('int_incident_organization_days') }}
),

kinds as (
    select * from {{ ref('incident_kinds') }}
)

select
    organization_days.organization_id,
    organization_days.effect_date,
    {{ joined_texts('organization_days.incident_kind') }} as incident_kinds,
    {{ joined_texts('organization_days.incident_id') }} as incident_ids,
    max(case when organization_days.is_found then 1 else 0 end) = 1 as is_found,
    max(case when kinds.hides_hosts then 1 else 0 end) = 1 as hides_hosts
from organization_days
left join kinds on organization_days.incident_kind = kinds.incident_kind
group by organization_days.organization_id, organization_days.effect_date
