with overrides as (
    select
        *,
        case
            when coalesce(author_id, '') = '' then 'It names no author'
            when coalesce(band, '') not in ('red', 'yellow', 'green')
                then 'The band must be red, yellow or green'
            when expires_date is null then 'It names no day on which it expires'
            when expires_date <= occurred_date then 'It expires before it holds'
        end as fault,
        row_number() over (
            partition by organization_id, occurred_date order by occurred_at desc, event_key desc
        ) as recency
    from {{ ref('stg_cre__overrides') }}
    where organization_id is not null
),

followed as (
    select
        *,
        lead(occurred_date) over (partition by organization_id order by occurred_date)
            as next_set_date
    from overrides
    where recency = 1
)

select
    organization_id,
    occurred_date as valid_from,
    band,
    author_id,
    expires_date,
    event_key,
    fault,
    next_set_date is null as is_latest,
    case
        when fault is not null then occurred_date
        else least(expires_date, coalesce(next_set_date, expires_date))
    end as valid_to
from followed
