{#- Which keys JSON objects have, two levels deep. -#}

{#- For each key of the JSON object in `column`, in their order, the list of the keys below it; empty where it holds no object. -#}
{% macro json_inner_keys(column) -%}
    {{ return(adapter.dispatch('json_inner_keys', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__json_inner_keys(column) -%}
    json_keys({{ column }}, '$.*')
{%- endmacro %}

{#- As a map, an object and a text that holds one look the same: only the object stands in the text as it is. -#}
{% macro spark__json_inner_keys(column) -%}
    transform(
        map_entries(from_json({{ column }}, 'map<string, string>')),
        entry -> case
            when contains({{ column }}, '"' || entry.key || '":' || entry.value)
                then coalesce(json_object_keys(entry.value), cast(array() as array<string>))
            else cast(array() as array<string>)
        end
    )
{%- endmacro %}

{#- BigQuery has no list of lists: each is in a struct. -#}
{% macro bigquery__json_inner_keys(column) -%}
    array(
        select as struct operations.json_keys({{ column }}, outer_key) as listed
        from unnest(operations.json_keys({{ column }}, null)) as outer_key with offset as place
        order by place
    )
{%- endmacro %}

{#- The paths a list of `keys` and the list of the keys below each make: a, b, b.c, b.d. -#}
{% macro key_paths(keys, inner_keys) -%}
    {{ return(adapter.dispatch('key_paths', 'mackerel_cs')(keys, inner_keys)) }}
{%- endmacro %}

{% macro duckdb__key_paths(keys, inner_keys) -%}
    list_concat({{ keys }}, flatten(list_transform(
        list_zip({{ keys }}, {{ inner_keys }}),
        lambda pair: list_transform(pair[2], lambda inner_key: pair[1] || '.' || inner_key)
    )))
{%- endmacro %}

{% macro spark__key_paths(keys, inner_keys) -%}
    concat({{ keys }}, flatten(zip_with(
        {{ keys }}, {{ inner_keys }},
        (outer_key, below) -> transform(below, inner_key -> outer_key || '.' || inner_key)
    )))
{%- endmacro %}

{% macro bigquery__key_paths(keys, inner_keys) -%}
    array_concat({{ keys }}, array(
        select outer_key || '.' || inner_key
        from unnest({{ keys }}) as outer_key with offset as outer_place
        cross join unnest({{ inner_keys }}[safe_offset(outer_place)].listed) as inner_key with offset as inner_place
        order by outer_place, inner_place
    ))
{%- endmacro %}
