{#- What is open may be ignored or over by now, though nobody told of it anew. -#}
{%- set touched = scope('int_touched_alerts') -%}
{%- set of_recomputed -%}
    {%- if is_incremental() %}
        where alert_id in (
            select alert_id from {{ touched }}
            union distinct
            select alert_id
            from {{ this }}
            where
                closed_at is null
                or closed_at >= {{ last_build_end() }}
        )
    {%- endif %}
{%- endset -%}
with status_changes as (
    select
        *,
        case alert_status
            when 'CRITICAL' then 3 when 'WARNING' then 2 when 'UNKNOWN' then 1 else 0
        end as severity,
        row_number()
            over (partition by alert_id order by changed_at asc, is_open desc, event_key asc)
            as change_number,
        row_number()
            over (partition by alert_id order by changed_at desc, is_open asc, event_key desc)
            as reverse_number
    from {{ ref('int_alert_status_changes') }}
    {{- of_recomputed }}
),

actions as (
    select
        *,
        row_number() over (partition by alert_id order by acted_at, event_key) as action_number
    from {{ ref('int_alert_actions') }}
    {{- of_recomputed }}
),

as_of as (
    select {{ business_day_start("as_of_date + interval '1' day") }} as as_of_end_at
    from {{ ref('int_as_of') }}
),

alerts as (
    select
        alert_id,
        max(organization_id) as organization_id,
        max(case when reverse_number = 1 then monitor_name end) as monitor_name,
        max(monitor_type) as monitor_type,
        max(host_id) as host_id,
        max(service_name) as service_name,
        min(least(coalesce(opened_at, changed_at), changed_at)) as opened_at,
        max(case when reverse_number = 1 and not is_open then coalesce(closed_at, changed_at) end)
            as told_closed_at,
        max(case when change_number = 1 then alert_status end) as first_status,
        max(severity) as worst_severity,
        count(*) as status_change_count,
        max(case when reverse_number = 1 and not is_open then alert_trigger end) as closing_trigger
    from status_changes
    group by alert_id
),

acted as (
    select
        alert_id,
        min(acted_at) as first_acted_at,
        max(case when action_number = 1 then user_id end) as first_actor_user_id,
        max(case when alert_action = 'closed' then acted_at end) as person_closed_at,
        count(*) as action_count
    from actions
    group by alert_id
),

episodes as (
    select
        alerts.*,
        acted.first_acted_at,
        acted.first_actor_user_id,
        acted.person_closed_at,
        -- A webhook whose channel was suspended never told the close; the console still did.
        case
            when alerts.told_closed_at is not null or acted.person_closed_at is not null
                then greatest(
                    alerts.opened_at, coalesce(alerts.told_closed_at, acted.person_closed_at)
                )
        end as closed_at,
        coalesce(acted.action_count, 0) as action_count
    from alerts
    left join acted on alerts.alert_id = acted.alert_id
)

select
    episodes.alert_id,
    episodes.organization_id,
    episodes.monitor_name,
    episodes.monitor_type,
    episodes.host_id,
    episodes.service_name,
    episodes.opened_at,
    episodes.closed_at,
    episodes.first_status,
    episodes.status_change_count,
    episodes.closing_trigger,
    episodes.first_acted_at,
    episodes.first_actor_user_id,
    episodes.action_count,
    {{ business_date('episodes.opened_at') }} as opened_date,
    {{ business_date('episodes.closed_at') }} as closed_date,
    case episodes.worst_severity
        when 3 then 'CRITICAL' when 2 then 'WARNING' when 1 then 'UNKNOWN' else 'OK'
    end as worst_status,
    episodes.closed_at is not null
    and (episodes.person_closed_at is not null or coalesce(episodes.closing_trigger, '') = 'manual')
        as is_closed_by_person,
    episodes.action_count > 0 as is_acted_on,
    episodes.action_count = 0
    and (
        episodes.closed_at is not null
        or episodes.opened_at + interval '24' hour <= as_of.as_of_end_at
    ) as is_ignored,
    episodes.opened_at < as_of.as_of_end_at
    and (episodes.closed_at is null or episodes.closed_at >= as_of.as_of_end_at)
        as is_open_at_as_of,
    {{ seconds_between('episodes.opened_at', 'episodes.first_acted_at') }}
        as seconds_to_first_action,
    {{ seconds_between('episodes.opened_at', 'episodes.closed_at') }} as seconds_to_close
from episodes
cross join as_of
