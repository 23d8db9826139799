with actions as (
    select
        event_key,
        event_type,
        organization_id,
        user_id,
        occurred_at
    from {{ ref('int_user_actions') }}
    where client = 'web'
),

gaps as (
    select
        *,
        lag(occurred_at) over (
            partition by organization_id, user_id order by occurred_at, event_key
        ) as previous_occurred_at
    from actions
),

numbered as (
    select
        *,
        sum(
            case
                when
                    occurred_at
                    <= previous_occurred_at + interval '{{ var("session_gap_minutes") }}' minute
                    then 0
                else 1
            end
        ) over (
            partition by organization_id, user_id
            order by occurred_at, event_key
            rows between unbounded preceding and current row
        ) as session_number
    from gaps
),

sessions as (
    select
        organization_id,
        user_id,
        session_number,
        min(occurred_at) as session_started_at,
        max(occurred_at) as session_ended_at,
        count(*) as event_count,
        count(*) filter (where event_type = 'io.mackerel.console.page.viewed') as page_view_count
    from numbered
    group by organization_id, user_id, session_number
)

select
    organization_id,
    user_id,
    session_started_at,
    {{ business_date('session_started_at') }} as session_started_date,
    session_ended_at,
    event_count,
    page_view_count
from sessions
