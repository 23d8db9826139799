with stages as (
    select * from {{ ref('int_organization_stages') }}
)

select
    organization_id,
    valid_from as churned_date,
    previous_stage,
    row_number() over (partition by organization_id order by valid_from) as churn_number
from stages
where
    stage = 'churned'
    and previous_stage is not null
