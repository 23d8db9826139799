{#- The files of the ledger whose lines are to be landed: those that came since the last good build. -#}
{% macro new_files() -%}
    (select * from {{ ref('land_files') }} where {{ is_new() }})
{%- endmacro %}
