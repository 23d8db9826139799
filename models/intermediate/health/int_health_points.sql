with measures as (
    select * from {{ onward(ref('int_health_measures'), 'state_date') }}
),

thresholds as (
    select * from {{ ref('int_health_thresholds') }}
)

select
    {%- for component in health_components() %}
        case
            when measures.{{ component }}_part is not null
                then {{ health_points('measures.' ~ component, 'thresholds.' ~ component) }}
        end as {{ component }},
    {%- endfor %}
    measures.organization_id,
    measures.state_date,
    thresholds.score_version
from measures
cross join thresholds
