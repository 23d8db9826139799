{#- Thresholds have three decimals: in thousandths they are whole numbers. -#}
with thresholds as (
    select
        score_version,
        component,
        cast(1000 * worst_at as bigint) as worst,
        cast(1000 * best_at as bigint) as best,
        case when best_at < worst_at then -1 else 1 end as direction
    from {{ ref('health_thresholds') }}
)

select
    {%- for component in health_components() %}
        max(case when component = '{{ component }}' then worst end) as {{ component }}_worst,
        max(case when component = '{{ component }}' then direction * (best - worst) end)
            as {{ component }}_width,
        max(case when component = '{{ component }}' then direction end)
            as {{ component }}_direction,
    {%- endfor %}
    score_version
from thresholds
group by score_version
