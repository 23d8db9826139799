{#-
    Histories that models with a row a day read: a change of theirs touches the organization from its date on. Where a period ends is
    told by the next one's beginning, so that ends need no look.
-#}
{%- set histories = [
    ('int_plan_history', 'valid_from', ['valid_from', 'plan', 'billing_regime', 'mrr_jpy']),
    ('int_organization_standings', 'valid_from', ['valid_from'] + standings()),
    ('int_invoice_states', 'due_date', ['invoice_id', 'due_date', 'paid_date']),
    ('int_latest_recommendations', 'valid_from', ['valid_from', 'score']),
    ('int_health_overrides', 'valid_from', ['valid_from', 'band', 'author_id', 'expires_date']),
    ('int_organization_milestone_dates', 'members_invited_date', ['members_invited_date']),
    ('int_organization_milestone_dates', 'plugin_or_service_metric_date', [
        'plugin_or_service_metric_date',
    ]),
    ('int_vain_questions', 'asked_date', ['asked_date', 'answered_date']),
    ('int_host_beginnings', business_date('occurred_at'), ['host_id', 'host_status', 'occurred_at']),
    ('int_role_assignment_history', business_date('valid_from'), [
        'host_id', 'role_fullnames', 'valid_from',
    ]),
    ('int_incident_effects', 'effect_date', ['effect_date', 'incident_ids', 'hides_hosts']),
] -%}
with touched_days as (
    select * from {{ ref('int_touched_days') }}
),

organizations as (
    select * from {{ known_rows('int_organizations', ['organization_id']) }} as known
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

-- What an organization is as a whole shows on every day of its life.
changed_organizations as (
    select organization_id
    from {{ changed_rows('int_organizations', [
        'organization_id', 'created_date', 'creation_evidence', 'first_event_date', 'ended_date', 'segment',
    ]) }} as changes
    union distinct
    select organization_id from {{ ref('land_replaced_events') }}
    union distinct
    select bearers.organization_id
    from {{ ref('land_replaced_events') }} as replaced_events
    inner join
        {{ known_rows('int_organization_name_history', ['organization_id', 'organization_name']) }}
            as bearers
        on replaced_events.organization_name = bearers.organization_name
),

-- Whether anybody at all was heard on a date is the same for everybody.
common_dates as (
    select changes.state_date as touched_date
    from {{ changed_rows('int_heard_dates', ['state_date']) }} as changes
    union distinct
    select date '{{ beginning_of_time() }}' as touched_date
    from {{ changed_rows('int_as_of', ['log_start_date']) }} as changes
    union distinct
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
    from {{ ref('int_touched_alert_owners') }}
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
