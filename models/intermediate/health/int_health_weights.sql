with weights as (
    select * from {{ ref('health_weights') }}
)

select
    {%- for component in health_components() %}
        coalesce(max(case when component = '{{ component }}' then weight end), 0)
            as {{ component }}_weight,
    {%- endfor %}
    score_version,
    profile
from weights
group by score_version, profile
