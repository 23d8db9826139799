{%- set snapshot = ['occurred_at as snapshot_at', 'event_key'] -%}
with sorted_hosts as (
    select
        organization_id,
        host_id,
        host_status,
        is_retired,
        {{ list_to_text(list_sorted("split(role_fullnames, ',')")) }} as role_fullnames,
        occurred_at,
        event_key
    from {{ on_touched_days(ref('stg_api__hosts'), 'occurred_date') }}
),

hosts as (
    {{ object_states('sorted_hosts', 'host', 'host_id', {
        'existence': "case when is_retired then 'gone' else 'exists' end",
        'host_status': 'host_status',
        'role_fullnames': "coalesce(role_fullnames, '')",
    }, snapshot) }}
),

monitors as (
    {{ object_states(
        on_touched_days(ref('stg_api__monitors'), 'occurred_date'), 'monitor', 'monitor_id', {
            'existence': "'exists'",
            'monitor_type': 'monitor_type',
            'is_mute': 'cast(coalesce(is_mute, false) as string)',
        }, snapshot,
    ) }}
),

channels as (
    {{ object_states(
        on_touched_days(ref('stg_api__channels'), 'occurred_date'), 'channel', 'channel_id', {
            'existence': "'exists'",
            'is_suspended': 'cast(is_suspended as string)',
        }, snapshot,
    ) }}
),

users as (
    {{ object_states(
        on_touched_days(ref('stg_api__users'), 'occurred_date'), 'user', 'user_id', {
            'existence': "'exists'",
            'authority': 'authority',
        }, snapshot,
    ) }}
),

services as (
    {{ object_states(
        on_touched_days(ref('stg_api__services'), 'occurred_date'), 'service', 'service_name', {
            'existence': "'exists'",
        }, snapshot,
    ) }}
),

dashboards as (
    {{ object_states(
        on_touched_days(ref('stg_api__dashboards'), 'occurred_date'), 'dashboard', 'dashboard_id', {
            'existence': "'exists'",
        }, snapshot,
    ) }}
),

snapshots as (
    select * from hosts
    union all
    select * from monitors
    union all
    select * from channels
    union all
    select * from users
    union all
    select * from services
    union all
    select * from dashboards
),

-- An object collected twice at one moment is one statement.
numbered as (
    select
        *,
        row_number() over (
            partition by organization_id, object_kind, object_id, attribute_name, snapshot_at
            order by event_key desc
        ) as place
    from snapshots
)

select
    organization_id,
    object_kind,
    object_id,
    attribute_name,
    state_value,
    snapshot_at,
    {{ business_date('snapshot_at') }} as snapshot_date,
    event_key
from numbered
where place = 1
