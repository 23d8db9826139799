{%- set points_known = [] -%}
{%- set weight_known = [] -%}
{%- for component in health_components() -%}
    {%- set known = weight_if_known('weights', 'points', component) -%}
    {%- do weight_known.append(known) -%}
    {%- do points_known.append(known ~ ' * coalesce(points.' ~ component ~ ', 0)') -%}
{%- endfor -%}
{#- Below this share of the weights, in percent, too little is known for a band. -#}
{%- set least_coverage_percent = 60 -%}
with spine as (
    select * from {{ onward(ref('int_health_spine'), 'state_date') }}
),

points as (
    select * from {{ onward(ref('int_health_points'), 'state_date') }}
),

profiles as (
    select * from {{ ref('int_health_profiles') }}
),

weights as (
    select * from {{ ref('int_health_weights') }}
),

bands as (
    select * from {{ ref('health_bands') }}
),

added_up as (
    select
        points.organization_id,
        points.state_date,
        points.score_version,
        profiles.profile,
        cast(
            {{ points_known | join('\n            + ') }} as bigint
        ) as weighted_points,
        cast(
            {{ weight_known | join('\n            + ') }} as bigint
        ) as known_weight
    from points
    inner join spine
        on
            points.organization_id = spine.organization_id
            and points.state_date = spine.state_date
    inner join profiles
        on
            points.score_version = profiles.score_version
            and spine.plan = profiles.plan
            and spine.stage = profiles.stage
    inner join weights
        on
            profiles.score_version = weights.score_version
            and profiles.profile = weights.profile
),

scored as (
    select
        *,
        case
            when known_weight > 0
                then {{ score_of('weighted_points', 'known_weight') }}
        end as score
    from added_up
)

select
    scored.organization_id,
    scored.state_date,
    scored.score_version,
    scored.profile,
    scored.weighted_points,
    scored.known_weight,
    scored.score,
    case
        when scored.known_weight < {{ least_coverage_percent }} then 'grey'
        else bands.band
    end as band
from scored
left join bands
    on
        scored.score_version = bands.score_version
        and scored.score >= bands.from_score
        and scored.score < coalesce(bands.below_score, 101)
