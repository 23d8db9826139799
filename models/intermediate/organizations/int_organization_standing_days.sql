{%- set measures = [
    'member_count', 'service_count', 'role_count', 'monitor_count', 'muted_monitor_count',
    'channel_count', 'working_channel_count', 'suspended_channel_count', 'dashboard_count',
    'silent_host_count', 'open_ticket_count',
] -%}
with spine as (
    select * from {{ ref('int_organization_spine') }}
),

changes as (
    select * from {{ ref('int_organization_standing_changes') }}
)

select
    {%- for measure in measures %}
        cast(coalesce(sum(changes.{{ measure }}_change) over life_so_far, 0) as bigint)
            as {{ measure }},
    {%- endfor %}
    spine.organization_id,
    spine.state_date
from spine
left join changes
    on
        spine.organization_id = changes.organization_id
        and spine.state_date = changes.change_date
window
    life_so_far as (
        partition by spine.organization_id order by spine.state_date
        rows between unbounded preceding and current row
    )
