{#- The words the var `week_start` may be. -#}
{% macro weekday_names() -%}
    {{ return(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']) }}
{%- endmacro %}

{#- The day a week begins, 1 = Monday to 7 = Sunday. check_vars refuses any other word; parsing comes before it. -#}
{% macro week_start_number() -%}
    {%- set names = mackerel_cs.weekday_names() -%}
    {{ return(names.index(var('week_start')) + 1 if var('week_start') in names else 1) }}
{%- endmacro %}
