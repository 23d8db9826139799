-- Two versions that come into force on one date, and dates before the first.
select
    score_version,
    effective_from,
    'Another version comes into force on the same date' as reason
from (
    select
        *,
        count(*) over (partition by effective_from) as version_count
    from {{ ref('health_versions') }}
    where effective_from is not null
) as effective_versions
where version_count > 1
union all
select
    cast(null as bigint) as score_version,
    min(effective_from) as effective_from,
    'No version is in force on {{ var("first_possible_date") }}, from which the log may tell'
        as reason
from {{ ref('health_versions') }}
having coalesce(min(effective_from) > date '{{ var("first_possible_date") }}', true)
