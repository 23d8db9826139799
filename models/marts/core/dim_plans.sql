select
    plan,
    plan_name_ja,
    plan_name_en,
    plan_rank,
    is_paid,
    included_host_limit,
    is_public,
    reason
from {{ ref('plans') }}
