{#- The SHA-256 of a text, in hexadecimal: the same person gives the same hash, and no name is kept. -#}
{% macro hashed_text(column) -%}
    {{ return(adapter.dispatch('hashed_text', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__hashed_text(column) -%}
    sha256({{ column }})
{%- endmacro %}

{% macro spark__hashed_text(column) -%}
    sha2({{ column }}, 256)
{%- endmacro %}

{% macro bigquery__hashed_text(column) -%}
    to_hex(sha256({{ column }}))
{%- endmacro %}
