{#- What staging models share: which events they read, and the columns every event brings along. -#}

{#-
    The accepted events of the given types, with the `fields` of their data parsed once into the struct `payload`.
    `events` is where they lie: the metering, two thirds of the log, apart from all others.
-#}
{% macro staged_events(event_types, fields, events=none) -%}
    select
        event_key,
        event_type,
        organization_id,
        occurred_at,
        is_occurred_at_assumed,
        received_at,
        landing_number,
        data,
        {{ json_struct('data', fields) }} as payload
    from {{ events or ref('land_unmetered_events') }}
    where
        event_type in ('{{ event_types | join("', '") }}')
        and {{ is_new() }}
{%- endmacro %}

{#- The envelope's columns, first in every staging model. -#}
{% macro envelope_columns() -%}
    event_key,
    event_type,
    organization_id,
    occurred_at,
    {{ business_date('occurred_at') }} as occurred_date,
    is_occurred_at_assumed,
    received_at,
    landing_number
{%- endmacro %}
