with versions as (
    select * from {{ ref('health_versions') }}
)

select
    score_version,
    effective_from as valid_from,
    case
        when effective_from is not null
            then lead(effective_from) over (order by effective_from nulls last, score_version)
    end as valid_to,
    effective_from is null as is_candidate
from versions
