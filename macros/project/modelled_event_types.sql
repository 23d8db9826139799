{#-
    Every event type that a staging model of its own reads, so that stg_other__events can show the rest. API objects are not
    listed: whatever the type, a model of stg_api__ reads it. A data test holds this list against the models and the registry.
-#}
{% macro modelled_event_types() -%}
    {%- set names = {
        'io.mackerel.webhook.': [
            'alert', 'alertGroup', 'hostRegister', 'hostStatus', 'hostRetire', 'monitorCreate', 'monitorUpdate',
            'monitorDelete', 'sample',
        ],
        'io.mackerel.console.': [
            'organization.created', 'organization.renamed', 'organization.deleted',
            'user.joined', 'user.left', 'user.authority-changed', 'user.signed-in',
            'invitation.sent', 'invitation.accepted', 'invitation.revoked',
            'service.created', 'service.deleted', 'role.created', 'role.deleted', 'role.assigned',
            'monitor.created', 'monitor.updated', 'monitor.deleted', 'monitor.muted', 'monitor.unmuted',
            'channel.created', 'channel.updated', 'channel.deleted', 'channel.suspended', 'channel.resumed',
            'channel.tested',
            'notification-group.created', 'notification-group.updated', 'notification-group.deleted',
            'dashboard.created', 'dashboard.updated', 'dashboard.deleted', 'dashboard.viewed',
            'downtime.created', 'downtime.deleted', 'annotation.created',
            'integration.created', 'integration.deleted',
            'api-key.created', 'api-key.deleted', 'api-key.used',
            'alert.closed', 'alert.commented', 'alert.viewed', 'page.viewed',
        ],
        'io.mackerel.metering.': ['host.reported'],
        'io.mackerel.billing.': [
            'trial.started', 'subscription.changed', 'invoice.issued', 'payment.received', 'payment.failed',
            'cancellation.requested', 'subscription.ended',
        ],
        'com.zendesk.': [
            'ticket.created', 'ticket.comment-added', 'ticket.solved', 'ticket.rated', 'guide.search',
        ],
        'io.mackerel.cre.': [
            'touch.logged', 'survey.answered', 'override.set', 'verdict.given', 'incident.declared',
        ],
    } -%}
    {%- set event_types = [] -%}
    {%- for prefix, endings in names.items() -%}
        {%- for ending in endings -%}
            {%- do event_types.append(prefix ~ ending) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(event_types) }}
{%- endmacro %}
