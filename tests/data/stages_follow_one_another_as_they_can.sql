-- Stages of an organization's life that followed one another although the seed says they cannot.
select
    held.organization_id,
    held.valid_to,
    held.stage,
    held.next_stage
from {{ ref('dim_organization_stages') }} as held
left join {{ ref('lifecycle_transitions') }} as possible_changes
    on
        held.stage = possible_changes.from_stage
        and held.next_stage = possible_changes.to_stage
where
    held.next_stage is not null
    and possible_changes.to_stage is null
