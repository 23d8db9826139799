-- Organizations below green without a path, and paths that do not end in green.
with paths as (
    select
        organization_id,
        max(score_after) as score_after
    from {{ ref('fct_paths_to_green') }}
    group by organization_id
)

select
    gains.organization_id,
    gains.band,
    gains.score,
    paths.score_after,
    'No path, or one that does not end in green' as reason
from {{ ref('int_health_gains') }} as gains
left join paths on gains.organization_id = paths.organization_id
left join {{ ref('health_bands') }} as bands
    on
        gains.score_version = bands.score_version
        and bands.band = 'green'
where coalesce(paths.score_after < bands.from_score, true)
