{#-
    first_landing_number: where the delivery that counts was landed. An older one that counted until now has told of
    days, hosts and alerts that the new one may not speak of.
-#}
with older_deliveries as (
    select
        *,
        row_number() over (
            partition by event_source, event_id order by delivery_number
        ) as older_number
    from {{ ref('land_duplicates') }}
    where
        {{ is_late_news('first_landing_number') }}
        and not {{ is_late_news() }}
),

-- Those behind the first of them were duplicates all along.
replaced as (
    select * from older_deliveries
    where older_number = 1
),

lines as (
    select * from {{ ref('land_lines') }}
),

opened as (
    select
        replaced.event_source || '#' || replaced.event_id as event_key,
        lines.file_path,
        lines.event_type,
        {{ json_text('lines.raw_text', '$.data') }} as data,
        lines.organization_id,
        coalesce(lines.occurred_at, lines.received_at) as occurred_at,
        {{ json_struct('lines.raw_text', {'data': {
            'orgName': 'string', 'hostId': 'string', 'date': 'string', 'id': 'string', 'alertId': 'string',
            'alert': {'id': 'string'},
        }}) }} as envelope
    from replaced
    inner join lines
        on
            replaced.file_path = lines.file_path
            and replaced.line_number = lines.line_number
)

select
    event_key,
    file_path,
    event_type,
    data,
    organization_id,
    occurred_at,
    envelope.data.orgName as organization_name,
    envelope.data.hostId as host_id,
    try_cast(envelope.data.date as date) as reported_date,
    coalesce(envelope.data.alert.id, envelope.data.alertId, envelope.data.id) as alert_id
from opened
