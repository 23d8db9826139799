{#- A cause that pauses so briefly is the same stumble (a deaf day, a host that posts once). -#}
{%- set longest_pause_days = 3 -%}
with stumble_days as (
    select * from {{ ref('int_stumble_days') }}
),

spine_ends as (
    select
        organization_id,
        max(state_date) as last_state_date
    from {{ ref('int_organization_spine') }}
    group by organization_id
),

marked as (
    select
        *,
        case
            when state_date <= lag(state_date) over (
                partition by organization_id, cause order by state_date
            ) + interval '{{ longest_pause_days + 1 }}' day then 0
            else 1
        end as is_first_day
    from stumble_days
),

numbered as (
    select
        *,
        sum(is_first_day) over (
            partition by organization_id, cause order by state_date
            rows between unbounded preceding and current row
        ) as episode_number
    from marked
),

episodes as (
    select
        organization_id,
        cause,
        episode_number,
        min(state_date) as started_date,
        max(state_date) as last_seen_date,
        count(*) as day_count
    from numbered
    group by organization_id, cause, episode_number
),

followed as (
    select
        episodes.*,
        episodes.last_seen_date + interval '{{ longest_pause_days }}' day
        >= spine_ends.last_state_date as is_open
    from episodes
    inner join spine_ends on episodes.organization_id = spine_ends.organization_id
)

select
    organization_id,
    cause,
    started_date,
    last_seen_date,
    is_open,
    day_count,
    cast({{ days_between('started_date', 'last_seen_date') }} + 1 as bigint) as days_held,
    case when not is_open then cast(last_seen_date + interval '1' day as date) end as ended_date
from followed
