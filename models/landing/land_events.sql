{{ config(materialized='view') }}

with accepted as (
    select * from {{ ref('land_line_outcomes') }}
    where outcome = 'accepted'
),

known as (
    select * from accepted
    {%- if var('known_at') %}
        -- A moment to the second holds all of it.
        where
            received_at
            < {{ parse_timestamp("'" ~ (var('known_at') | string | replace(' ', 'T')) ~ "'") }} + interval '1' second
    {%- endif %}
),

happened as (
    select
        *,
        event_source || '#' || event_id as event_key,
        {{ json_struct('raw_text', {'data': 'string'}) }} as envelope
    from known
    {%- if var('as_of_date') %}
        where
            {{ told_date('coalesce(occurred_at, received_at)') }} <= date '{{ var("as_of_date") }}'
    {%- endif %}
)

select
    happened.event_key,
    happened.event_source,
    happened.event_id,
    happened.event_type,
    happened.organization_id,
    happened.received_at,
    happened.envelope.data,
    happened.data_keys,
    happened.raw_text,
    happened.file_path,
    happened.line_number,
    happened.landing_number,
    coalesce(happened.occurred_at, happened.received_at) as occurred_at,
    happened.occurred_at is null as is_occurred_at_assumed
from happened
