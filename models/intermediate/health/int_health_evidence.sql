{#- What moves each component: where its events lie, by which date, and which of them count. -#}
{%- set console_date = 'occurred_date' -%}
{%- set sources = [
    ('hosts_reporting', 'int_organization_host_days', 'state_date', 'true'),
    ('hosts_reporting', 'int_host_silences', 'valid_from', 'true'),
    ('hosts_in_roles', 'int_organization_host_days', 'state_date', 'true'),
    ('agents_current', 'int_organization_host_days', 'state_date', 'true'),
    ('integrations', 'int_organization_host_days', 'state_date', 'true'),
    ('monitors_per_role', 'stg_console__monitors', console_date, 'true'),
    ('monitors_per_role', 'stg_console__roles', console_date, 'true'),
    ('monitors_unmuted', 'stg_console__monitors', console_date, 'true'),
    ('channels_working', 'stg_console__channels', console_date, 'true'),
    ('alerts_acted_on', 'int_alert_status_changes', 'changed_date', 'is_open'),
    ('alerts_acted_on', 'int_alert_actions', 'acted_date', 'true'),
    ('hours_to_close', 'int_alert_status_changes', 'changed_date', 'not is_open'),
    ('hours_to_close', 'int_alert_actions', 'acted_date', "alert_action = 'closed'"),
    ('dashboards_used', 'stg_console__dashboards', console_date, "action = 'viewed'"),
    ('people_active', 'int_user_actions', console_date, 'true'),
    ('people_active', 'stg_console__users', console_date, "action in ('joined', 'left')"),
    ('people_acting', 'int_user_actions', console_date, is_act('event_type')),
    ('people_acting', 'stg_console__users', console_date, "action in ('joined', 'left')"),
    ('automation', 'stg_console__api_keys', console_date, "action = 'used'"),
    ('tickets_open', 'stg_zendesk__ticket_events', 'occurred_date', 'true'),
    ('recommendation', 'int_latest_recommendations', 'valid_from', 'true'),
    ('payment', 'stg_billing__invoices', 'occurred_date', 'true'),
    ('payment', 'stg_billing__payments', 'occurred_date', 'true'),
    ('room_in_plan', 'int_organization_host_days', 'state_date', 'true'),
] -%}
with evidence as (
    {%- for component, source, date_column, condition in sources %}
        select
            organization_id,
            '{{ component }}' as component,
            {{ date_column }} as evidence_date,
            event_key
        from {{ onward(ref(source), date_column) }}
        where {{ condition }}
        {{- '\nunion all' if not loop.last }}
    {%- endfor %}
)

select
    organization_id,
    component,
    evidence_date,
    max(event_key) as event_key,
    count(*) as event_count
from evidence
where
    organization_id is not null
    and evidence_date is not null
group by organization_id, component, evidence_date
