{#-
    Histories that models with a row a day read: a change of theirs touches the organization from its date on. Where a period ends is
    told by the next one's beginning, so that ends need no look.
-#}
{%- set histories = [
    ('int_plan_history', 'valid_from', ['valid_from', 'plan', 'billing_regime', 'mrr_jpy']),
    ('int_organization_standings', 'valid_from', ['valid_from'] + standings()),
    ('int_organization_milestone_dates', 'members_invited_date', ['members_invited_date']),
    ('int_vain_questions', 'asked_date', ['asked_date', 'answered_date']),
    ('int_host_beginnings', business_date('occurred_at'), ['host_id', 'host_status', 'occurred_at']),
    ('int_role_assignment_history', business_date('valid_from'), [
        'host_id', 'role_fullnames', 'valid_from',
    ]),
] -%}
with touched_days as (
    select * from {{ ref('int_touched_days') }}
),

organizations as (
    select organization_id from {{ ref('int_organizations') }}
    union
    select organization_id from {{ remembered('int_organizations') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

bearers as (
    select
        organization_id,
        organization_name
    from {{ ref('int_organization_name_history') }}
    union
    select
        organization_id,
        organization_name
    from {{ remembered('int_organization_name_history') }}
),

-- What an organization is as a whole shows on every day of its life.
changed_organizations as (
    select organization_id
    from {{ changed_rows('int_organizations', [
        'organization_id', 'created_date', 'creation_evidence', 'first_event_date', 'ended_date', 'segment',
    ]) }} as changes
    union
    select organization_id from {{ ref('land_replaced_events') }}
    union
    select bearers.organization_id
    from {{ ref('land_replaced_events') }} as replaced_events
    inner join bearers on replaced_events.organization_name = bearers.organization_name
),

touched_alerts as (
    select * from {{ ref('int_touched_alerts') }}
),

-- Where several organizations tell of an alert, what comes later decides whose it is.
alert_tellers as (
    select
        alert_id,
        organization_id
    from {{ ref('stg_api__alerts') }}
    union all
    select
        alert_id,
        organization_id
    from {{ ref('stg_api__alert_logs') }}
    union all
    select
        alert_id,
        coalesce(organization_id, service_organization_id) as organization_id
    from {{ ref('stg_webhook__alerts') }}
),

-- A webhook's alert may have been another organization's, had it borne the name.
alert_dates as (
    select
        episodes.organization_id,
        touched_alerts.touched_from_date as touched_date
    from {{ ref('int_alert_episodes') }} as episodes
    inner join touched_alerts on episodes.alert_id = touched_alerts.alert_id
    union
    select
        bearers.organization_id,
        touched_alerts.touched_from_date as touched_date
    from {{ ref('stg_webhook__alerts') }} as alerts
    inner join touched_alerts on alerts.alert_id = touched_alerts.alert_id
    inner join bearers on alerts.organization_name = bearers.organization_name
    union
    -- An open alert is ignored a day after it opened, though nobody told of it anew.
    select
        organization_id,
        opened_date as touched_date
    from {{ ref('int_alert_episodes') }}
    where
        is_ignored
        and closed_at is null
        and opened_at + interval '24' hour
        > {{ business_day_start(last_build("as_of_date + interval '1' day")) }}
    union
    select
        tellers.organization_id,
        touched_alerts.touched_from_date as touched_date
    from alert_tellers as tellers
    inner join touched_alerts on tellers.alert_id = touched_alerts.alert_id
),

-- Whether the log is deaf on a date is the same for everybody.
common_dates as (
    select changes.incident_date as touched_date
    from {{ changed_rows('int_incident_days', ['incident_date', 'incident_kind']) }} as changes
    union
    select changes.state_date as touched_date
    from {{ changed_rows('int_heard_dates', ['state_date']) }} as changes
    union
    select date '{{ beginning_of_time() }}' as touched_date
    from {{ changed_rows('int_as_of', ['log_start_date']) }} as changes
    union
    -- Every organization has lived the days since the last build.
    select least({{ last_build('as_of_date') }}, as_of_date) + 1 as touched_date
    from as_of
),

touched as (
    select
        organization_id,
        touched_date
    from touched_days
    union all
    select
        organization_id,
        touched_date
    from alert_dates
    union all
    select
        organization_id,
        date '{{ beginning_of_time() }}' as touched_date
    from changed_organizations
    {%- for history, touched_date, columns in histories %}
        union all
        select
            organization_id,
            {{ touched_date }} as touched_date
        from {{ changed_rows(history, ['organization_id'] + columns) }} as changes
    {%- endfor %}
    union all
    select
        organizations.organization_id,
        common_dates.touched_date
    from organizations
    cross join common_dates
)

select
    organization_id,
    min(touched_date) as touched_from_date
from touched
where
    organization_id is not null
    and touched_date is not null
group by organization_id
