with events as (
    select
        event_key,
        event_type,
        event_source,
        organization_id,
        occurred_at,
        is_occurred_at_assumed,
        received_at,
        landing_number,
        data,
        data_keys
    from {{ ref('land_unmetered_events') }}
    where
        event_type not like 'io.mackerel.api.%'
        and event_type not in (
            {%- for event_type in modelled_event_types() %}
                '{{ event_type }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )
        and {{ is_new() }}
)

select
    {{ envelope_columns() }},
    event_source,
    data,
    data_keys
from events
