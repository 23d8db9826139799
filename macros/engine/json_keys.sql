{#- Which keys JSON objects have, two levels deep. -#}

{#- For each key of the JSON object in `column`, in their order, the list of the keys below it; empty where it holds no object. -#}
{% macro json_inner_keys(column) -%}
    {{ return(adapter.dispatch('json_inner_keys', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__json_inner_keys(column) -%}
    json_keys({{ column }}, '$.*')
{%- endmacro %}

{#- The paths a list of `keys` and the list of the keys below each make: a, b, b.c, b.d. -#}
{% macro key_paths(keys, inner_keys) -%}
    {{ return(adapter.dispatch('key_paths', 'mackerel_cs')(keys, inner_keys)) }}
{%- endmacro %}

{% macro duckdb__key_paths(keys, inner_keys) -%}
    list_concat({{ keys }}, flatten(list_transform(
        list_zip({{ keys }}, {{ inner_keys }}),
        lambda pair: list_transform(pair[2], lambda inner_key: pair[1] || '.' || inner_key)
    )))
{%- endmacro %}
