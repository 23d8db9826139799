with spine as (
    select * from {{ onward(ref('int_organization_spine'), 'state_date', days_before=6) }}
),

alert_days as (
    select * from {{ onward(ref('int_organization_alert_days'), 'alert_date', days_before=6) }}
),

activity_days as (
    select *
    from {{ onward(ref('int_organization_activity_days'), 'activity_date', days_before=6) }}
),

weeks as (
    select
        spine.organization_id,
        spine.state_date,
        cast(coalesce(sum(alert_days.opened_alert_count) over week_so_far, 0) as bigint)
            as week_opened_alert_count,
        cast(coalesce(sum(activity_days.alert_action_count) over week_so_far, 0) as bigint)
            as week_alert_action_count
    from spine
    left join alert_days
        on
            spine.organization_id = alert_days.organization_id
            and spine.state_date = alert_days.alert_date
    left join activity_days
        on
            spine.organization_id = activity_days.organization_id
            and spine.state_date = activity_days.activity_date
    -- The spine has a row a day, so that seven rows are a week and the shape of weekdays cancels.
    window
        week_so_far as (
            partition by spine.organization_id order by spine.state_date
            rows between 6 preceding and current row
        )
)

-- The days read only to look back on stay as they were.
select * from {{ onward('weeks', 'state_date') }}
