-- Latest overrides that name no author, no band or no time. A new one puts it right.
select
    organization_id,
    valid_from as set_date,
    band,
    expires_date,
    event_key,
    case
        when author_id is null or author_id = '' then 'It names no author'
        when band is null or band not in ('red', 'yellow', 'green')
            then 'The band must be red, yellow or green'
        when expires_date is null then 'It names no day on which it expires'
        else 'It expires before it holds'
    end || ': set the band anew, from then on this one does not count' as reason
from {{ ref('int_health_overrides') }}
where
    is_latest
    and (
        coalesce(author_id, '') = ''
        or coalesce(band, '') not in ('red', 'yellow', 'green')
        or expires_date is null
        or expires_date <= valid_from
    )
