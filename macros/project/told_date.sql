{#-
    The business date an event tells of, from `event_type`, `raw_text` and the moment it happened: a day's host reports are made when it is
    over, and belong to the day they count.
-#}
{% macro told_date(occurred_at) -%}
    coalesce(
        case
            when event_type = 'io.mackerel.metering.host.reported'
                then {{ parse_date(json_text('raw_text', '$.data.date')) }}
        end,
        {{ business_date(occurred_at) }}
    )
{%- endmacro %}
