{%- set kept_weights = [] -%}
{%- for component in health_components() -%}
    {%- do kept_weights.append(component ~ '_weight_kept') -%}
{%- endfor -%}
with points as (
    select * from {{ onward(ref('int_health_points'), 'state_date', days_before=1) }}
),

scores as (
    select * from {{ onward(ref('int_health_scores'), 'state_date', days_before=1) }}
    where known_weight > 0
),

versions as (
    select * from {{ ref('int_health_versions') }}
    where not is_candidate
),

weights as (
    select * from {{ ref('int_health_weights') }}
),

-- The day before is looked at with the version of the date.
pairs as (
    select
        {%- for component in health_components() %}
            earlier_points.{{ component }} as {{ component }}_before,
            points.{{ component }} as {{ component }}_after,
            {{ weight_if_known('earlier_weights', 'earlier_points', component) }}
                as {{ component }}_weight_before,
            {{ weight_if_known('weights', 'earlier_points', component) }}
                as {{ component }}_weight_kept,
            {{ weight_if_known('weights', 'points', component) }}
                as {{ component }}_weight_after,
        {%- endfor %}
        scores.organization_id,
        scores.state_date,
        scores.score_version,
        earlier_scores.profile as profile_before,
        scores.profile as profile_after,
        earlier_scores.weighted_points as weighted_points_before,
        earlier_scores.known_weight as weight_before,
        scores.known_weight as weight_after
    from scores
    inner join versions
        on
            scores.score_version = versions.score_version
            and {{ holds_at('versions', 'scores.state_date') }}
    inner join scores as earlier_scores
        on
            scores.organization_id = earlier_scores.organization_id
            and scores.score_version = earlier_scores.score_version
            and scores.state_date = earlier_scores.state_date + 1
    inner join points
        on
            scores.organization_id = points.organization_id
            and scores.score_version = points.score_version
            and scores.state_date = points.state_date
    inner join points as earlier_points
        on
            scores.organization_id = earlier_points.organization_id
            and scores.score_version = earlier_points.score_version
            and scores.state_date = earlier_points.state_date + 1
    inner join weights
        on
            scores.score_version = weights.score_version
            and scores.profile = weights.profile
    inner join weights as earlier_weights
        on
            scores.score_version = earlier_weights.score_version
            and earlier_scores.profile = earlier_weights.profile
    where
        scores.profile != earlier_scores.profile
        {%- for component in health_components() %}
            or points.{{ component }} is distinct from earlier_points.{{ component }}
        {%- endfor %}
)

-- What the new profile gives, of its weights, to what was known the day before.
select
    *,
    {{ kept_weights | join('\n    + ') }} as weight_kept
from pairs
