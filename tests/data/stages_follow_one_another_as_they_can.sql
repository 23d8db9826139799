-- Stages of an organization's life that followed one another although the seed says they cannot.
select
    stages.organization_id,
    stages.valid_to,
    stages.stage,
    stages.next_stage
from {{ ref('dim_organization_stages') }} as stages
left join {{ ref('lifecycle_transitions') }} as transitions
    on
        stages.stage = transitions.from_stage
        and stages.next_stage = transitions.to_stage
where
    stages.next_stage is not null
    and transitions.to_stage is null
