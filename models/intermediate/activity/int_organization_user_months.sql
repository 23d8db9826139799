{#- A month is read from its first day on, wherever in it the touched date lies. -#}
with user_actions as (
    select * from {{ onward(ref('int_user_actions'), 'occurred_date', days_before=30) }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

months as (
    select
        user_actions.organization_id,
        last_day(user_actions.occurred_date) as month_end_date,
        count(distinct user_actions.user_id) as active_user_count
    from user_actions
    inner join as_of
        on user_actions.occurred_date between as_of.log_start_date and as_of.as_of_date
    group by user_actions.organization_id, last_day(user_actions.occurred_date)
)

-- Months read only in part lie before the touched ones, and stay as they were.
select * from {{ onward('months', 'month_end_date') }}
