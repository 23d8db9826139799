select state_date
from {{ ref('int_organization_host_days') }}
group by state_date
