with events as (
    {{ staged_events(['io.mackerel.api.monitor'], monitor_fields()) }}
)

select
    {{ envelope_columns() }},
    {{ monitor_columns('payload') }}
from events
