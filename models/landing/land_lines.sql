{#- Numbered after the commit: rows updated before it would all be written a second time. -#}
{{
    config(
        pre_hook="{{ prepare_raw_lines(new_files()) }}",
        post_hook=[
            "{{ require_whole_files(this, new_files()) }}",
            {'sql': "{{ number_raw_lines(this) }}", 'transaction': false},
        ],
    )
}}

with raw_lines as (
    {{ raw_lines(new_files()) }}
),

parsed as (
    select
        *,
        case
            when {{ is_json('raw_text') }} then {{ json_struct('raw_text', {
                'id': 'string', 'source': 'string', 'type': 'string', 'time': 'string',
                'receivedtime': 'string', 'orgid': 'string',
            }) }}
        end as envelope
    from raw_lines
),

opened as (
    select
        parsed.*,
        parsed.envelope.id as event_id,
        parsed.envelope.source as event_source,
        parsed.envelope.type as event_type,
        parsed.envelope.orgid as organization_id,
        parsed.envelope.time as stated_time,
        parsed.envelope.receivedtime as stated_received_time,
        parsed.envelope is not null as is_sound_json,
        {{ parse_timestamp('parsed.envelope.time') }} as occurred_at,
        {{ parse_timestamp('parsed.envelope.receivedtime') }} as received_at,
        case
            when parsed.envelope is not null
                then {{ json_key_lists('parsed.raw_text', 'data') }}
        end as key_lists
    from parsed
)

select
    file_path,
    line_number,
    landing_number,
    received_date,
    raw_text,
    event_id,
    event_source,
    event_type,
    organization_id,
    occurred_at,
    received_at,
    {{ list_to_text(json_key_list('key_lists', 1)) }} as envelope_keys,
    {{ list_to_text(json_key_list('key_lists', 2)) }} as data_keys,
    case
        when damage is not null then damage
        when not is_sound_json and trim(raw_text) = '' then 'blank_line'
        when not is_sound_json then 'not_json'
        -- Only an object has keys: just the few lines without any are asked again.
        when
            {{ list_length(json_key_list('key_lists', 1)) }} = 0
            and not {{ is_json_object('raw_text') }}
            then 'not_an_object'
        when coalesce(event_id, '') = '' then 'missing_id'
        when coalesce(event_source, '') = '' then 'missing_source'
        when coalesce(event_type, '') = '' then 'missing_type'
        when coalesce(stated_received_time, '') = '' then 'missing_received_time'
        when received_at is null then 'bad_received_time'
        when occurred_at is null and stated_time is not null then 'bad_time'
        when not {{ is_possible_time('received_at', 'received_at') }} then 'impossible_time'
        when cast(received_at as date) > received_date + 1 then 'impossible_time'
        when not {{ is_possible_time('coalesce(occurred_at, received_at)', 'received_at') }}
            then 'impossible_time'
        when coalesce({{ list_length(json_key_list('key_lists', 2)) }}, 0) > 0 then null
        when not coalesce({{ is_json_object('raw_text', 'data') }}, false)
            then 'data_not_an_object'
    end as parse_problem
from opened
