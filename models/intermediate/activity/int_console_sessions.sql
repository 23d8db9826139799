with actions as (
    select
        event_key,
        event_type,
        organization_id,
        user_id,
        occurred_at,
        occurred_date
    from {{ on_touched_days(ref('int_user_actions'), 'occurred_date') }}
    where client = 'web'
),

gaps as (
    select
        *,
        lag(occurred_at) over (
            partition by organization_id, user_id, occurred_date order by occurred_at, event_key
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
            partition by organization_id, user_id, occurred_date
            order by occurred_at, event_key
            rows between unbounded preceding and current row
        ) as session_number
    from gaps
)

-- A session ends with its day at the latest, so that a day's sessions are that day's own.
select
    organization_id,
    user_id,
    occurred_date as session_started_date,
    min(occurred_at) as session_started_at,
    max(occurred_at) as session_ended_at,
    count(*) as event_count,
    count(*) filter (where event_type = 'io.mackerel.console.page.viewed') as page_view_count
from numbered
group by organization_id, user_id, occurred_date, session_number
