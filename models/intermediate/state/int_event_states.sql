{{ config(materialized='view') }}
{%- set period = ['is_listed', 'valid_from', 'valid_to'] -%}
{%- set named = ['true as is_listed', 'valid_from', 'valid_to'] -%}
with host_statuses as (
    select
        *,
        -- The API lists hosts in maintenance or powered off only when asked for them.
        coalesce(host_status in ('working', 'standby'), true) as is_listed
    from {{ ref('int_host_status_history') }}
    where not is_retired
),

hosts as (
    {{ object_states('host_statuses', 'host', 'host_id', {
        'existence': "'exists'",
        'host_status': 'host_status',
    }, period) }}
),

host_roles as (
    {{ object_states(ref('int_role_assignment_history'), 'host', 'host_id', {
        'role_fullnames': 'role_fullnames',
    }, named) }}
),

monitors as (
    {{ object_states(ref('int_monitor_history'), 'monitor', 'monitor_id', {
        'existence': "'exists'",
        'monitor_type': 'monitor_type',
        'is_mute': 'cast(is_mute as string)',
    }, named) }}
),

channels as (
    {{ object_states(ref('int_channel_history'), 'channel', 'channel_id', {
        'existence': "'exists'",
        'is_suspended': "cast(channel_state = 'suspended' as string)",
    }, named) }}
),

users as (
    {{ object_states(ref('int_membership_history'), 'user', 'user_id', {
        'existence': "'exists'",
        'authority': 'authority',
    }, named) }}
),

services as (
    {{ object_states(ref('int_service_history'), 'service', 'service_name', {
        'existence': "'exists'",
    }, named) }}
),

dashboards as (
    {{ object_states(ref('int_dashboard_history'), 'dashboard', 'dashboard_id', {
        'existence': "'exists'",
    }, named) }}
)

select * from hosts
union all
select * from host_roles
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
