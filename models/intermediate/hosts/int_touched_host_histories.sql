with touched_webhooks as (
    select * from {{ ref('int_touched_webhooks') }}
),

host_changes as (
    select * from {{ ref('stg_webhook__host_changes') }}
),

snapshots as (
    select * from {{ ref('stg_api__hosts') }}
),

role_assignments as (
    select * from {{ ref('stg_console__role_assignments') }}
),

reporting_spans as (
    select * from {{ ref('int_host_reporting_spans') }}
),

-- What ends with its organization ends at another time now.
ended_organizations as (
    select organization_id
    from {{ changed_rows('int_organizations', ['organization_id', 'ended_at']) }} as changes
),

told as (
    select host_id from {{ ref('int_touched_hosts') }}
    union distinct
    select host_changes.host_id
    from host_changes
    inner join touched_webhooks on host_changes.event_key = touched_webhooks.event_key
    union distinct
    select host_id from snapshots
    where {{ is_late_news() }}
    union distinct
    select host_id from role_assignments
    where {{ is_late_news() }}
    union distinct
    select host_id from {{ ref('land_replaced_events') }}
),

ended as (
    select host_id from reporting_spans
    where organization_id in (select ended_organizations.organization_id from ended_organizations)
    union distinct
    select host_id from role_assignments
    where organization_id in (select ended_organizations.organization_id from ended_organizations)
    union distinct
    select host_changes.host_id
    from host_changes
    inner join {{ ref('int_webhook_organizations') }} as webhook_organizations
        on host_changes.event_key = webhook_organizations.event_key
    inner join ended_organizations
        on webhook_organizations.organization_id = ended_organizations.organization_id
)

select host_id from told
where host_id is not null
union distinct
select host_id from ended
where host_id is not null
