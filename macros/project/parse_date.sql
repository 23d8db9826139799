{#- Text such as 2026-03-01 as a date; null where it is none, 'infinity' included (no calendar ends there). -#}
{% macro parse_date(column) -%}
    case when {{ column }} like '____-__-__' then try_cast({{ column }} as date) end
{%- endmacro %}
