{#- A text that sorts by a date and then by a key, for min_by and max_by: of equals always the same one. -#}
{% macro order_key(date_column, key_column) -%}
    cast({{ date_column }} as string) || ' ' || coalesce({{ key_column }}, '')
{%- endmacro %}
