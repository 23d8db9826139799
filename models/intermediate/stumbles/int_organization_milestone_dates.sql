{%- set milestones = [
    'first_host_posting', 'services_and_roles_set', 'monitor_set', 'notification_channel_working',
    'plugin_or_service_metric', 'dashboard_built', 'members_invited',
] -%}
with evidence as (
    select * from {{ ref('int_milestone_evidence') }}
)

select
    {%- for milestone in milestones %}
        min(case when milestone = '{{ milestone }}' then reached_date end)
            as {{ milestone }}_date,
    {%- endfor %}
    organization_id
from evidence
group by organization_id
