{#-
    The rows of a relation about objects of one kind, one attribute a row: organization_id, object_kind, object_id, attribute_name,
    state_value, and `columns` as they stand. `attributes` is a dictionary: name -> SQL text. Rows that do not name their object are left out.
-#}
{% macro object_states(relation, object_kind, object_id, attributes, columns) -%}
    {%- for attribute_name, state_value in attributes.items() %}
    select
        organization_id,
        '{{ object_kind }}' as object_kind,
        {{ object_id }} as object_id,
        '{{ attribute_name }}' as attribute_name,
        {{ state_value }} as state_value,
        {{ columns | join(', ') }}
    from {{ relation }}
    where
        organization_id is not null
        and {{ object_id }} is not null
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}
{%- endmacro %}
