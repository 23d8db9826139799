{#- Causes that a step of the first-run path shows, because the next one does not follow. -#}
{%- set told_by_milestone = {
    'no_host': 'organization_created',
    'hosts_without_roles': 'first_host_posting',
    'hosts_without_monitor': 'first_host_posting',
    'monitor_without_channel': 'monitor_set',
    'dashboard_missing': 'monitor_set',
    'alone': 'first_host_posting',
    'own_metrics_missing': 'first_host_posting',
} -%}
with milestone_evidence as (
    select * from {{ ref('int_milestone_evidence') }}
),

channel_states as (
    select * from {{ ref('int_channel_history') }}
    where channel_state in ('suspended', 'untested')
),

mutings as (
    select * from {{ ref('int_monitor_history') }}
    where is_mute
),

alert_reports as (
    select * from {{ ref('int_alert_status_changes') }}
    where organization_id is not null
),

silences as (
    select * from {{ ref('int_host_silences') }}
),

evidence as (
    {%- for cause, milestone in told_by_milestone.items() %}
        select
            organization_id,
            '{{ cause }}' as cause,
            reached_date as evidence_date,
            event_key
        from milestone_evidence
        where milestone = '{{ milestone }}'
        union all
    {%- endfor %}
    select
        organization_id,
        'channel_' || channel_state as cause,
        {{ business_date('valid_from') }} as evidence_date,
        event_key
    from channel_states
    union all
    select
        organization_id,
        'monitors_muted' as cause,
        {{ business_date('valid_from') }} as evidence_date,
        event_key
    from mutings
    union all
    select
        organization_id,
        'alert_flood' as cause,
        changed_date as evidence_date,
        event_key
    from alert_reports
    union all
    select
        organization_id,
        'agent_silent' as cause,
        valid_from as evidence_date,
        event_key
    from silences
    union all
    select
        organization_id,
        'search_without_answer' as cause,
        asked_date as evidence_date,
        event_key
    from {{ ref('int_vain_questions') }}
)

select
    organization_id,
    cause,
    evidence_date,
    max(event_key) as event_key,
    count(*) as event_count
from evidence
where event_key is not null
group by organization_id, cause, evidence_date
