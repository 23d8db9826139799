{%- set touched = scope('int_touched_hosts') -%}
{%- set host = 'organization_id, host_id' -%}
{%- set state = ['host_size', 'provider', 'agent_name', 'agent_version'] -%}
with days as (
    select
        organization_id,
        host_id,
        state_date as valid_from,
        cast(state_date + interval '1' day as date) as valid_to,
        event_key as first_event_key,
        host_status as first_host_status,
        event_key as last_event_key,
        {{ state | join(',\n        ') }}
    from {{ ref('int_host_days') }}
),

{%- if is_incremental() %}

-- A span is cut where something new begins and carried on from there, day by day.
touched_hosts as (
    select * from {{ touched }}
),

{%- endif %}

pieces as (
    {%- if is_incremental() %}
        select days.*
        from days
        inner join touched_hosts
            on
                days.organization_id = touched_hosts.organization_id
                and days.host_id = touched_hosts.host_id
                and days.valid_from >= touched_hosts.touched_from_date
        -- The same once more, so that older days need not be read.
        where days.valid_from >= (select min(touched_hosts.touched_from_date) from touched_hosts)
        union all
        select
            spans.organization_id,
            spans.host_id,
            spans.valid_from,
            least(spans.valid_to, touched_hosts.touched_from_date) as valid_to,
            spans.first_event_key,
            spans.first_host_status,
            spans.last_event_key,
            {%- for column in state %}
                spans.{{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ this }} as spans
        inner join touched_hosts
            on
                spans.organization_id = touched_hosts.organization_id
                and spans.host_id = touched_hosts.host_id
                and spans.valid_from < touched_hosts.touched_from_date
    {%- else %}
        select * from days
    {%- endif %}
),

numbered as (
    select
        organization_id,
        host_id,
        valid_from,
        valid_to,
        sum(is_beginning) over (
            partition by {{ host }} order by valid_from
            rows between unbounded preceding and current row
        ) as span_number
    from (
        select
            organization_id,
            host_id,
            valid_from,
            valid_to,
            case
                when
                    valid_from
                    = lag(valid_to) over (partition by {{ host }} order by valid_from)
                    then 0
                else 1
            end as is_beginning
        from pieces
    ) as marked
),

spans as (
    select
        organization_id,
        host_id,
        min(valid_from) as valid_from,
        max(valid_to) as valid_to
    from numbered
    group by organization_id, host_id, span_number
)

select
    {%- for column in state %}
        last_pieces.{{ column }},
    {%- endfor %}
    spans.organization_id,
    spans.host_id,
    spans.valid_from,
    spans.valid_to,
    first_pieces.first_event_key,
    first_pieces.first_host_status,
    last_pieces.last_event_key
from spans
inner join pieces as first_pieces
    on
        spans.organization_id = first_pieces.organization_id
        and spans.host_id = first_pieces.host_id
        and spans.valid_from = first_pieces.valid_from
inner join pieces as last_pieces
    on
        spans.organization_id = last_pieces.organization_id
        and spans.host_id = last_pieces.host_id
        and spans.valid_to = last_pieces.valid_to
