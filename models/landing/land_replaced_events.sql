{#-
    first_landing_number: where the delivery that counts was landed. An older one that counted until now has told of
    days, hosts and alerts that the new one may not speak of.
-#}
with known_deliveries as (
    select
        *,
        row_number() over (
            partition by event_source, event_id order by delivery_number
        ) as known_delivery_number
    from {{ ref('land_duplicates') }}
    where
        {{ is_late_news('first_landing_number') }}
        and not {{ is_late_news() }}
),

-- Of those known for long the first counted; the others were duplicates before, too.
replaced as (
    select * from known_deliveries
    where known_delivery_number = 1
),

lines as (
    select * from {{ ref('land_lines') }}
),

opened as (
    select
        replaced.event_source || '#' || replaced.event_id as event_key,
        lines.file_path,
        lines.event_type,
        {{ json_struct('lines.raw_text', {'data': 'string'}) }} as data_envelope,
        lines.organization_id,
        coalesce(lines.occurred_at, lines.received_at) as occurred_at,
        {{ json_struct('lines.raw_text', {'data': {
            'orgName': 'string', 'hostId': 'string', 'date': 'string', 'id': 'string', 'alertId': 'string',
            'alert': {'id': 'string'}, 'host': {'id': 'string'},
        }}) }} as envelope
    from replaced
    inner join lines
        on
            replaced.file_path = lines.file_path
            and replaced.line_number = lines.line_number
)

select
    opened.event_key,
    opened.file_path,
    opened.event_type,
    opened.data_envelope.data,
    opened.organization_id,
    opened.occurred_at,
    opened.envelope.data.orgName as organization_name,
    coalesce(
        opened.envelope.data.hostId, opened.envelope.data.host.id, opened.envelope.data.id
    ) as host_id,
    {{ cast_or_null('opened.envelope.data.date', 'date') }} as reported_date,
    coalesce(
        opened.envelope.data.alert.id, opened.envelope.data.alertId, opened.envelope.data.id
    ) as alert_id
from opened
