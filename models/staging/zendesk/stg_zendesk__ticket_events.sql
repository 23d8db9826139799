with events as (
    {{ staged_events([
        'com.zendesk.ticket.created',
        'com.zendesk.ticket.comment-added',
        'com.zendesk.ticket.solved',
        'com.zendesk.ticket.rated',
    ], {
        'ticket': {
            'id': 'string', 'category': 'string', 'priority': 'string', 'channel': 'string',
            'requesterUserId': 'string', 'subject': 'string',
        },
        'comment': {'authorType': 'string', 'isPublic': 'boolean'}, 'satisfaction': 'string',
    }) }}
)

select
    {{ envelope_columns() }},
    {{ event_action() }},
    payload.ticket.id as ticket_id,
    payload.ticket.category,
    payload.ticket.priority,
    payload.ticket.channel,
    payload.ticket.requesterUserId as requester_user_id,
    payload.ticket.subject,
    payload.comment.authorType as author_type,
    payload.comment.isPublic as is_public,
    payload.satisfaction
from events
