with touches as (
    select
        *,
        row_number()
            over (partition by touch_id order by occurred_at desc, event_key desc)
            as recency
    from {{ ref('stg_cre__touches') }}
    where touch_id is not null
)

select
    touch_id,
    organization_id,
    touch_kind,
    coverage,
    topic,
    stumble as stumble_cause,
    cre_id,
    occurred_at as touched_at,
    occurred_date as touched_date,
    event_key
from touches
where recency = 1
