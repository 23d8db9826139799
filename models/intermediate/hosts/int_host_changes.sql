with changes as (
    select * from {{ of_touched(ref('stg_webhook__host_changes'), 'int_touched_host_histories', [
        'host_id',
    ]) }}
    where host_id is not null
),

organizations as (
    select * from {{ ref('int_webhook_organizations') }}
)

select
    organizations.organization_id,
    changes.host_id,
    changes.change_kind,
    changes.host_status,
    changes.from_status,
    changes.role_fullnames,
    changes.occurred_at,
    changes.event_key
from changes
inner join organizations on changes.event_key = organizations.event_key
