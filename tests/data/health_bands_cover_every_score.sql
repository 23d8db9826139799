-- Bands that overlap, leave a hole, or do not reach from 0 to 100.
with bands as (
    select
        score_version,
        band,
        from_score,
        below_score,
        lead(from_score) over (partition by score_version order by from_score, band)
            as next_from_score,
        row_number() over (partition by score_version order by from_score, band) as place
    from {{ ref('health_bands') }}
)

select
    score_version,
    band,
    from_score,
    below_score,
    'The lowest band must begin at 0' as reason
from bands
where
    place = 1
    and from_score is distinct from 0
union all
select
    score_version,
    band,
    from_score,
    below_score,
    case
        when below_score is null or next_from_score < below_score
            then 'It overlaps the next band, which begins at '
        else 'There is a hole up to the next band, which begins at '
    end || cast(next_from_score as string) as reason
from bands
where
    next_from_score is not null
    and below_score is distinct from next_from_score
union all
select
    score_version,
    band,
    from_score,
    below_score,
    'The highest band must have no upper end, so that it holds 100' as reason
from bands
where
    next_from_score is null
    and (below_score is not null or from_score > 100)
union all
select
    versions.score_version,
    cast(null as string) as band,
    cast(null as bigint) as from_score,
    cast(null as bigint) as below_score,
    'The version has no band' as reason
from {{ ref('health_versions') }} as versions
left join bands on versions.score_version = bands.score_version
where bands.band is null
