{%- set components = health_components() -%}
{%- set set_count = 2 ** (components | length) -%}
with gains as (
    select * from {{ ref('int_health_gains') }}
),

costs as (
    select
        {%- for component in components %}
            max(case when component = '{{ component }}' then effort_hours end)
                as {{ component }}_effort,
        {%- endfor %}
        count(*) as step_count
    from {{ ref('health_steps') }}
),

offers as (
    select
        gains.*,
        costs.*
    from gains
    cross join costs
),

{{ best_gain_by_effort('weighed', 'offers', 'organization_id', components) }},

decoded as (
    select
        organization_id,
        effort,
        cast(floor(best / {{ set_count }}) as bigint) as gained,
        {{ set_count - 1 }} - mod(best, {{ set_count }}) as chosen_set
    from weighed
),

sufficient as (
    select
        decoded.organization_id,
        decoded.effort as effort_hours,
        decoded.gained,
        decoded.chosen_set,
        row_number() over (partition by decoded.organization_id order by decoded.effort) as place
    from decoded
    inner join gains on decoded.organization_id = gains.organization_id
    where decoded.gained >= gains.needed_gain
)

select
    organization_id,
    effort_hours,
    gained,
    chosen_set
from sufficient
where place = 1
