{%- set plan_terms = [
    'plan', 'billing_regime', 'billing_period', 'standard_host_count', 'micro_host_count',
    'discount_percent', 'mrr_jpy',
] -%}
with statements as (
    select
        *,
        row_number() over (
            partition by organization_id, effective_date
            order by occurred_at desc, event_key desc, change_reason desc
        ) as recency
    from {{ ref('int_plan_statements') }}
),

compared as (
    select
        *,
        {%- for term in plan_terms %}
            lag({{ term }}) over (partition by organization_id order by effective_date)
                as previous_{{ term }},
        {%- endfor %}
        lag(effective_date) over (partition by organization_id order by effective_date)
            as previous_date
    from statements
    where recency = 1
),

changes as (
    select *
    from compared
    where
        previous_date is null
        {%- for term in plan_terms %}
            or {{ term }} is distinct from previous_{{ term }}
        {%- endfor %}
)

select
    organization_id,
    {%- for term in plan_terms %}
        {{ term }},
    {%- endfor %}
    effective_date as valid_from,
    change_reason,
    event_key,
    lead(effective_date) over (partition by organization_id order by effective_date) as valid_to
from changes
