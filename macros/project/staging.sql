{#- What staging models share: which events they read, and the columns every event brings along. -#}

{#- The accepted events of the given types, with the `fields` of their data parsed once into the struct `payload`. -#}
{% macro staged_events(event_types, fields) -%}
    select
        event_key,
        event_type,
        organization_id,
        occurred_at,
        is_occurred_at_assumed,
        received_at,
        data,
        {{ json_struct('data', fields) }} as payload
    from {{ ref('land_events') }}
    where event_type in ('{{ event_types | join("', '") }}')
{%- endmacro %}

{#- The envelope's columns, first in every staging model. -#}
{% macro envelope_columns() -%}
    event_key,
    event_type,
    organization_id,
    occurred_at,
    {{ business_date('occurred_at') }} as occurred_date,
    is_occurred_at_assumed,
    received_at
{%- endmacro %}
