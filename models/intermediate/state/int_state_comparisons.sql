{{ config(materialized='view') }}

with shown as (
    select * from {{ ref('int_states_shown') }}
),

missing as (
    select * from {{ ref('int_states_missing') }}
),

memberships as (
    select * from {{ ref('int_membership_history') }}
),

heard_organizations as (
    select organization_id
    from memberships
    group by organization_id
),

comparisons as (
    select
        *,
        false as is_missing
    from shown
    union all
    select
        *,
        true as is_missing
    from missing
)

select
    comparisons.organization_id,
    comparisons.object_kind,
    comparisons.object_id,
    comparisons.attribute_name,
    comparisons.event_state,
    comparisons.snapshot_state,
    comparisons.snapshot_at,
    comparisons.snapshot_date,
    comparisons.event_key,
    case
        when comparisons.is_missing then 'missing_in_snapshot'
        when comparisons.event_state is null then 'unknown_to_events'
        when comparisons.event_state != coalesce(comparisons.snapshot_state, '')
            then 'attribute_differs'
    end as difference_kind,
    heard_organizations.organization_id is not null as is_console_heard
from comparisons
left join heard_organizations
    on comparisons.organization_id = heard_organizations.organization_id
