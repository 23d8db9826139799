{{
    config(
        pre_hook="{{ prepare_raw_lines(ref('land_files')) }}",
        post_hook="{{ number_raw_lines(this) }}",
    )
}}

with lines as (
    {{ raw_lines(ref('land_files')) }}
),

parsed as (
    select
        *,
        case
            when {{ is_json('raw_text') }} then {{ json_struct('raw_text', {
                'id': 'string', 'source': 'string', 'type': 'string', 'time': 'string',
                'receivedtime': 'string', 'orgid': 'string', 'data': 'json',
            }) }}
        end as envelope
    from lines
),

typed as (
    select
        *,
        {{ parse_timestamp('envelope.time') }} as occurred_at,
        {{ parse_timestamp('envelope.receivedtime') }} as received_at
    from parsed
)

select
    file_path,
    line_number,
    received_date,
    raw_text,
    envelope.id as event_id,
    envelope.source as event_source,
    envelope.type as event_type,
    envelope.orgid as organization_id,
    occurred_at,
    received_at,
    case when envelope is not null then {{ json_key_list('raw_text', '$') }} end as envelope_keys,
    case when envelope is not null then {{ json_key_list('raw_text', '$.data') }} end as data_keys,
    case
        when damage is not null then damage
        when envelope is null and trim(raw_text) = '' then 'blank_line'
        when envelope is null and not {{ is_json('raw_text') }} then 'not_json'
        when envelope is null then 'not_an_object'
        when coalesce(envelope.id, '') = '' then 'missing_id'
        when coalesce(envelope.source, '') = '' then 'missing_source'
        when coalesce(envelope.type, '') = '' then 'missing_type'
        when coalesce(envelope.receivedtime, '') = '' then 'missing_received_time'
        when received_at is null then 'bad_received_time'
        when occurred_at is null and envelope.time is not null then 'bad_time'
        when not {{ is_possible_time('received_at', 'received_at') }} then 'impossible_time'
        when cast(received_at as date) > received_date + 1 then 'impossible_time'
        when not {{ is_possible_time('coalesce(occurred_at, received_at)', 'received_at') }}
            then 'impossible_time'
        when coalesce(left(envelope.data, 1), '') != '{' then 'data_not_an_object'
    end as parse_problem
from typed
