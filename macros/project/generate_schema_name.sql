{#- Schemas are the layers' own names (landing, staging, core, ...): readers see the same name on every target. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
