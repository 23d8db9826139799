{#- A date before any other: an organization touched from here on is recomputed whole. -#}
{% macro beginning_of_time() -%}{{ return('1900-01-01') }}{%- endmacro %}
