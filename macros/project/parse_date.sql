{#- Text such as 2026-03-01 as a date; null where it is none, 'infinity' included (no calendar ends there). -#}
{% macro parse_date(column) -%}
    case when {{ column }} like '____-__-__' then {{ cast_or_null(column, 'date') }} end
{%- endmacro %}
