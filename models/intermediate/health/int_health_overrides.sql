with overrides as (
    select
        *,
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
    next_set_date is null as is_latest,
    least(expires_date, coalesce(next_set_date, expires_date)) as valid_to
from followed
