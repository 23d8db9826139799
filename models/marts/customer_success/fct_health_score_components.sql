{#-
    What each component adds is the difference of the score up to it and up to the one before, both
    rounded: it adds up to the score exactly.
-#}
{%- set parts = [] -%}
{%- set so_far = [] -%}
{%- for component in health_components() -%}
    {%- do so_far.append(component ~ '_gained') -%}
    {%- do parts.append({
        'component': "'" ~ component ~ "'",
        'measured_part': component ~ '_part',
        'measured_whole': component ~ '_whole',
        'points': component,
        'weight': component ~ '_weight',
        'gained': component ~ '_gained',
        'gained_so_far': so_far | join(' + '),
    }) -%}
{%- endfor -%}
with measures as (
    select * from {{ onward(ref('int_health_measures'), 'state_date') }}
),

points as (
    select * from {{ onward(ref('int_health_points'), 'state_date') }}
),

scores as (
    select * from {{ onward(ref('int_health_scores'), 'state_date') }}
),

versions as (
    select * from {{ ref('int_health_versions') }}
    where not is_candidate
),

weights as (
    select * from {{ ref('int_health_weights') }}
),

components as (
    select * from {{ ref('health_components') }}
),

weighed as (
    select
        {%- for component in health_components() %}
            measures.{{ component }}_part,
            measures.{{ component }}_whole,
            points.{{ component }},
            weights.{{ component }}_weight,
            weights.{{ component }}_weight * coalesce(points.{{ component }}, 0)
                as {{ component }}_gained,
        {%- endfor %}
        scores.organization_id,
        scores.state_date,
        scores.known_weight,
        measures.is_deaf_date
    from scores
    inner join versions
        on
            scores.score_version = versions.score_version
            and {{ holds_at('versions', 'scores.state_date') }}
    inner join points
        on
            scores.organization_id = points.organization_id
            and scores.state_date = points.state_date
            and scores.score_version = points.score_version
    inner join measures
        on
            scores.organization_id = measures.organization_id
            and scores.state_date = measures.state_date
    inner join weights
        on
            scores.score_version = weights.score_version
            and scores.profile = weights.profile
),

scored as (
    select
        weighed.organization_id,
        weighed.state_date,
        weighed.known_weight,
        weighed.is_deaf_date,
        parts.component,
        parts.measured_part,
        parts.measured_whole,
        parts.points,
        parts.weight,
        parts.gained,
        parts.gained_so_far
    from weighed
    {{ unnest_rows(parts, 'parts') }}
)

select
    scored.organization_id,
    scored.state_date,
    scored.component,
    scored.measured_part,
    scored.measured_whole,
    scored.points,
    scored.weight,
    case
        when scored.points is not null then 'known'
        when scored.is_deaf_date and components.needs_telemetry then 'telemetry_gap'
        else 'no_data'
    end as component_state,
    case
        when scored.points is not null then {{ score_step(
            'scored.gained_so_far - scored.gained', 'scored.gained_so_far', 'scored.known_weight'
        ) }}
    end as contribution
from scored
inner join components on scored.component = components.component
where scored.weight > 0
