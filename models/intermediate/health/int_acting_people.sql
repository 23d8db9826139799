{%- set window_days = health_window_days() -%}
with spine as (
    select *
    from {{ onward(ref('int_organization_spine'), 'state_date', days_before=window_days - 1) }}
),

acts as (
    select
        organization_id,
        user_id,
        occurred_date as acted_date
    from {{ onward(ref('int_user_actions'), 'occurred_date', days_before=window_days - 1) }}
    where {{ is_act('event_type') }}
    group by organization_id, user_id, occurred_date
),

followed as (
    select
        organization_id,
        acted_date,
        lead(acted_date) over (partition by organization_id, user_id order by acted_date)
            as next_acted_date
    from acts
),

-- A person counts from an act for the whole window, or until the next act, which counts on.
changes as (
    select
        organization_id,
        acted_date as change_date,
        1 as person_change
    from followed
    union all
    select
        organization_id,
        least(
            acted_date + {{ window_days }},
            coalesce(next_acted_date, acted_date + {{ window_days }})
        ) as change_date,
        -1 as person_change
    from followed
),

daily_changes as (
    select
        organization_id,
        change_date,
        sum(person_change) as person_change
    from changes
    group by organization_id, change_date
),

counted as (
    select
        spine.organization_id,
        spine.state_date,
        cast(
            sum(coalesce(daily_changes.person_change, 0)) over (
                partition by spine.organization_id order by spine.state_date
                rows between unbounded preceding and current row
            ) as bigint
        ) as acting_people_count
    from spine
    left join daily_changes
        on
            spine.organization_id = daily_changes.organization_id
            and spine.state_date = daily_changes.change_date
)

-- The days read only to look back on stay as they were.
select * from {{ onward('counted', 'state_date') }}
