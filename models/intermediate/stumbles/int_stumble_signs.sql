with spine as (
    select * from {{ onward(ref('int_organization_spine'), 'state_date') }}
),

organizations as (
    select * from {{ ref('int_organizations') }}
),

telemetry_days as (
    select * from {{ onward(ref('int_organization_telemetry_days'), 'state_date') }}
),

standing_days as (
    select * from {{ onward(ref('int_organization_standing_days'), 'state_date') }}
),

host_days as (
    select * from {{ onward(ref('int_organization_host_days'), 'state_date') }}
),

week_alerts as (
    select * from {{ onward(ref('int_organization_week_alerts'), 'state_date') }}
),

milestone_dates as (
    select * from {{ ref('int_organization_milestone_dates') }}
),

vain_questions as (
    select
        spine.organization_id,
        spine.state_date
    from spine
    inner join {{ ref('int_vain_questions') }} as questions
        on
            spine.organization_id = questions.organization_id
            and spine.state_date >= questions.asked_date
            and (questions.answered_date is null or spine.state_date < questions.answered_date)
    group by spine.organization_id, spine.state_date
)

select
    spine.organization_id,
    spine.state_date,
    organizations.segment,
    telemetry_days.telemetry_state,
    telemetry_days.reporting_host_count,
    standing_days.silent_host_count,
    standing_days.monitor_count,
    standing_days.muted_monitor_count,
    standing_days.channel_count,
    standing_days.working_channel_count,
    standing_days.suspended_channel_count,
    standing_days.dashboard_count,
    standing_days.member_count,
    week_alerts.week_opened_alert_count,
    week_alerts.week_alert_action_count,
    coalesce(host_days.host_in_role_count, 0) as host_in_role_count,
    organizations.creation_evidence = 'event' as is_creation_told,
    coalesce(milestone_dates.members_invited_date <= spine.state_date, false)
        as has_invited_members,
    coalesce(milestone_dates.plugin_or_service_metric_date <= spine.state_date, false)
        as has_own_metrics,
    vain_questions.state_date is not null as has_vain_question
from spine
inner join organizations on spine.organization_id = organizations.organization_id
inner join telemetry_days
    on
        spine.organization_id = telemetry_days.organization_id
        and spine.state_date = telemetry_days.state_date
inner join standing_days
    on
        spine.organization_id = standing_days.organization_id
        and spine.state_date = standing_days.state_date
inner join week_alerts
    on
        spine.organization_id = week_alerts.organization_id
        and spine.state_date = week_alerts.state_date
left join host_days
    on
        spine.organization_id = host_days.organization_id
        and spine.state_date = host_days.state_date
left join milestone_dates on spine.organization_id = milestone_dates.organization_id
left join vain_questions
    on
        spine.organization_id = vain_questions.organization_id
        and spine.state_date = vain_questions.state_date
-- A day on which we were deaf says nothing about the customer.
where
    spine.is_observed
    and not telemetry_days.is_deaf_date
