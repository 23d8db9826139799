{#-
    Which event types the staging models read, as (model, event type) pairs, sorted: every type, or pattern ending in %, that a
    model's text names. Empty while dbt parses, when it does not know the models yet.
-#}
{% macro staged_event_types() -%}
    {%- set pairs = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.fqn[1] == 'staging' -%}
            {%- for event_type in modules.re.findall("'((?:io\\.mackerel|com\\.zendesk)\\.[^']*[^'.])'", node.raw_code) -%}
                {%- do pairs.append((node.name, event_type)) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(pairs | unique | sort) }}
{%- endmacro %}
