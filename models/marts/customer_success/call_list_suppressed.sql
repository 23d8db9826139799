with candidates as (
    select * from {{ ref('int_call_candidates') }}
    where exclusion is not null
),

exclusions as (
    select * from {{ ref('call_list_exclusions') }}
)

select
    candidates.organization_id,
    candidates.organization_name,
    candidates.plan,
    candidates.call_reason,
    candidates.since_date,
    candidates.mrr_jpy,
    candidates.worth_jpy,
    candidates.exclusion,
    exclusions.reason as exclusion_reason,
    candidates.last_touched_date,
    candidates.as_of_date
from candidates
left join exclusions on candidates.exclusion = exclusions.exclusion
