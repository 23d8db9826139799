-- Latest overrides that name no author, no band or no time. A new one puts it right.
select
    organization_id,
    valid_from as set_date,
    band,
    expires_date,
    event_key,
    fault || ': set the band anew, from then on this one does not count' as reason
from {{ ref('int_health_overrides') }}
where
    is_latest
    and fault is not null
