{#- Single values: texts, and what may be null. -#}

{#- The part of a text at a place, from 1 (or -1: the last), between separators; empty where there is none, null for a null text. -#}
{% macro text_part(column, separator, place) -%}
    {{ return(adapter.dispatch('text_part', 'mackerel_cs')(column, separator, place)) }}
{%- endmacro %}

{% macro duckdb__text_part(column, separator, place) -%}
    split_part({{ column }}, '{{ separator }}', {{ place }})
{%- endmacro %}

{% macro spark__text_part(column, separator, place) -%}
    split_part({{ column }}, '{{ separator }}', {{ place }})
{%- endmacro %}

{% macro bigquery__text_part(column, separator, place) -%}
    {%- set parts = "split(" ~ column ~ ", '" ~ separator ~ "')" -%}
    {%- if place == -1 -%}
        array_reverse({{ parts }})[safe_ordinal(1)]
    {%- elif place == 1 -%}
        {{ parts }}[safe_ordinal(1)]
    {%- else -%}
        coalesce({{ parts }}[safe_ordinal({{ place }})], substr({{ column }}, 1, 0))
    {%- endif -%}
{%- endmacro %}

{#- A text as a value of a type; null where it is none. -#}
{% macro cast_or_null(column, type) -%}
    {{ return(adapter.dispatch('cast_or_null', 'mackerel_cs')(column, type)) }}
{%- endmacro %}

{% macro duckdb__cast_or_null(column, type) -%}
    try_cast({{ column }} as {{ type }})
{%- endmacro %}

{% macro spark__cast_or_null(column, type) -%}
    try_cast({{ column }} as {{ type }})
{%- endmacro %}

{% macro bigquery__cast_or_null(column, type) -%}
    safe_cast({{ column }} as {{ type }})
{%- endmacro %}

{#- The lesser of two values; the other where one is null. -#}
{% macro least_known(one, other) -%}
    {{ return(adapter.dispatch('least_known', 'mackerel_cs')(one, other)) }}
{%- endmacro %}

{% macro duckdb__least_known(one, other) -%}
    least({{ one }}, {{ other }})
{%- endmacro %}

{% macro spark__least_known(one, other) -%}
    least({{ one }}, {{ other }})
{%- endmacro %}

{#- BigQuery's own is null where one is. -#}
{% macro bigquery__least_known(one, other) -%}
    case when {{ one }} <= {{ other }} then {{ one }} else coalesce({{ other }}, {{ one }}) end
{%- endmacro %}
