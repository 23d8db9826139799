select
    state_date,
    count(*) as heard_organization_count
from {{ ref('int_organization_host_days') }}
group by state_date
