{#- Stands for the organization where an event names none, so that rows can be grouped and found by it. -#}
{% macro no_organization() -%}{{ return('(none)') }}{%- endmacro %}
