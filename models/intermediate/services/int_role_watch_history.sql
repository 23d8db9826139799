{#-
    Whether a list of scopes names the role, or the service it is in: what stands between two commas is
    a whole name.
-#}
{%- set role_is_in = {} -%}
{%- for scope_list in ['scopes', 'exclude_scopes'] -%}
    {%- set names = "instr(',' || scopes." ~ scope_list ~ " || ',', ',' || roles." -%}
    {%- do role_is_in.update({
        scope_list: names ~ "service_name || ',') > 0 or " ~ names ~ "role_fullname || ',') > 0",
    }) -%}
{%- endfor -%}
{%- set never = "timestamp '9999-12-31 00:00:00'" -%}
with roles as (
    select * from {{ ref('int_role_history') }}
),

-- A muted monitor tells nobody.
monitors as (
    select * from {{ ref('int_monitor_history') }}
    where not is_mute
),

scopes as (
    select * from {{ ref('int_monitor_scope_history') }}
),

watches as (
    select
        roles.organization_id,
        roles.service_name,
        roles.role_name,
        roles.role_fullname,
        monitors.monitor_id,
        greatest(roles.valid_from, monitors.valid_from, scopes.valid_from) as began_at,
        least(
            coalesce(roles.valid_to, {{ never }}),
            coalesce(monitors.valid_to, {{ never }}),
            coalesce(scopes.valid_to, {{ never }})
        ) as over_at
    from scopes
    inner join monitors
        on
            scopes.organization_id = monitors.organization_id
            and scopes.monitor_id = monitors.monitor_id
    inner join roles on scopes.organization_id = roles.organization_id
    where
        (scopes.scopes = '' or {{ role_is_in['scopes'] }})
        and not ({{ role_is_in['exclude_scopes'] }})
),

-- A role watched by several monitors is watched from the first to the last of them.
followed as (
    select
        *,
        max(over_at) over (
            partition by organization_id, service_name, role_name
            order by began_at, monitor_id
            rows between unbounded preceding and 1 preceding
        ) as watched_so_far_at
    from watches
    where began_at < over_at
),

numbered as (
    select
        *,
        sum(case when began_at <= watched_so_far_at then 0 else 1 end) over (
            partition by organization_id, service_name, role_name
            order by began_at, monitor_id
            rows between unbounded preceding and current row
        ) as period_number
    from followed
)

select
    organization_id,
    service_name,
    role_name,
    role_fullname,
    min(began_at) as valid_from,
    nullif(max(over_at), {{ never }}) as valid_to
from numbered
group by organization_id, service_name, role_name, role_fullname, period_number
