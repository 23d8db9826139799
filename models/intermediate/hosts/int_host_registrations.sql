with changes as (
    select *
    from {{ of_touched(ref('int_host_changes'), 'int_touched_host_histories', ['host_id']) }}
),

snapshots as (
    select
        organization_id,
        host_id,
        created_at,
        occurred_at
    from {{ of_touched(ref('stg_api__hosts'), 'int_touched_host_histories', ['host_id']) }}
),

host_days as (
    select
        organization_id,
        host_id,
        min(valid_from) as first_reported_date
    from {{ of_touched(ref('int_host_reporting_spans'), 'int_touched_host_histories', [
        'host_id',
    ]) }}
    group by organization_id, host_id
),

evidence as (
    select
        organization_id,
        host_id,
        case when change_kind = 'registered' then occurred_at end as webhook_at,
        cast(null as timestamp) as api_created_at,
        cast(null as timestamp) as reported_from,
        occurred_at as seen_at
    from changes
    union all
    select
        organization_id,
        host_id,
        cast(null as timestamp) as webhook_at,
        created_at as api_created_at,
        cast(null as timestamp) as reported_from,
        occurred_at as seen_at
    from snapshots
    union all
    select
        organization_id,
        host_id,
        cast(null as timestamp) as webhook_at,
        cast(null as timestamp) as api_created_at,
        {{ business_day_start('first_reported_date') }} as reported_from,
        {{ business_day_start("first_reported_date + interval '1' day") }} as seen_at
    from host_days
),

hosts as (
    select
        organization_id,
        host_id,
        min(webhook_at) as webhook_at,
        min(api_created_at) as api_created_at,
        min(reported_from) as reported_from,
        min(seen_at) as first_seen_at,
        {{ mackerel_id_created_at('host_id') }} as id_created_at
    from evidence
    where
        organization_id is not null
        and host_id is not null
    group by organization_id, host_id
),

checked as (
    select
        *,
        -- A made-up id decodes to any time: believed only where it lies before the first sight.
        case
            when {{ is_possible_time('id_created_at', 'first_seen_at') }} then id_created_at
        end as believed_id_at
    from hosts
)

select
    organization_id,
    host_id,
    -- Whatever the evidence says, nobody saw the host before it was there.
    least(
        coalesce(webhook_at, api_created_at, believed_id_at, reported_from), first_seen_at
    ) as registered_at,
    case
        when webhook_at is not null then 'webhook'
        when api_created_at is not null then 'api'
        when believed_id_at is not null then 'id'
        when reported_from is not null then 'report'
        else 'first_seen'
    end as registration_evidence
from checked
