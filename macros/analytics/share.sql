{#- A share as a decimal with four places, halves up; null where there is nothing to share. Both are whole numbers. -#}
{% macro share(part, whole) -%}
    case when {{ whole }} > 0 then {{ score_of(part, whole) }} end
{%- endmacro %}
