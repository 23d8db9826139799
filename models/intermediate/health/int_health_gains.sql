with scores as (
    select scores.*
    from {{ ref('int_health_scores') }} as scores
    inner join {{ ref('int_as_of') }} as as_of on scores.state_date = as_of.as_of_date
    inner join {{ ref('int_health_versions') }} as versions
        on
            scores.score_version = versions.score_version
            and {{ holds_at('versions', 'scores.state_date') }}
),

points as (
    select * from {{ ref('int_health_points') }}
),

weights as (
    select * from {{ ref('int_health_weights') }}
),

green_bands as (
    select
        score_version,
        from_score
    from {{ ref('health_bands') }}
    where band = 'green'
)

select
    {%- for component in health_components() %}
        weights.{{ component }}_weight * (100 - coalesce(points.{{ component }}, 100))
            as {{ component }}_gain,
    {%- endfor %}
    scores.organization_id,
    scores.state_date,
    scores.score_version,
    scores.band,
    scores.score,
    scores.weighted_points,
    scores.known_weight,
    green_bands.from_score * scores.known_weight - scores.weighted_points as needed_gain
from scores
inner join points
    on
        scores.organization_id = points.organization_id
        and scores.state_date = points.state_date
        and scores.score_version = points.score_version
inner join weights
    on
        scores.score_version = weights.score_version
        and scores.profile = weights.profile
inner join green_bands on scores.score_version = green_bands.score_version
where scores.band in ('red', 'yellow')
