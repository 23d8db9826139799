with verdicts as (
    select * from {{ ref('stg_cre__verdicts') }}
)

select
    event_key,
    organization_id,
    alarm_id,
    verdict,
    author_id,
    occurred_date as judged_date
from verdicts
where organization_id is not null
