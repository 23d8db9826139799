{#- A machine that has been away for longer has been abandoned, not fallen silent. -#}
{%- set longest_silence_days = 90 -%}
with spans as (
    select
        organization_id,
        host_id,
        valid_to as silent_from,
        last_event_key as event_key,
        lead(valid_from) over (
            partition by organization_id, host_id order by valid_from
        ) as next_reported_date
    from {{ of_touched(ref('int_host_reporting_spans'), 'int_touched_host_states', ['host_id']) }}
),

retirements as (
    select
        organization_id,
        host_id,
        {{ business_date('retired_at') }} as retired_date
    from {{ of_touched(ref('int_hosts'), 'int_touched_host_states', ['host_id']) }}
),

bounded as (
    select
        spans.organization_id,
        spans.host_id,
        spans.silent_from as valid_from,
        spans.event_key,
        least(
            coalesce(spans.next_reported_date, retirements.retired_date),
            coalesce(retirements.retired_date, spans.next_reported_date),
            cast(spans.silent_from + interval '{{ longest_silence_days }}' day as date)
        ) as valid_to
    from spans
    left join retirements
        on
            spans.organization_id = retirements.organization_id
            and spans.host_id = retirements.host_id
)

select
    organization_id,
    host_id,
    valid_from,
    valid_to,
    event_key
from bounded
where valid_to > valid_from
