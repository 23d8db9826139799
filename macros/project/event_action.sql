{#- The column `column_name`: what was done, the last part of the event type in snake case (io.mackerel.console.api-key.used -> used). -#}
{% macro event_action(column_name='action') -%}
    replace({{ text_part('event_type', '.', -1) }}, '-', '_') as {{ column_name }}
{%- endmacro %}
