{#-
    Reading JSON text. Fields are a dictionary: key -> 'string' | 'bigint' | 'double' | 'boolean' | 'json' (the text as it
    stands) | ['string'] (a list) | a nested dictionary. A field that is missing, null or of another shape is null, never an error.
-#}

{#- The text `column` as a struct with the wanted `fields`: one parse for all of them. -#}
{% macro json_struct(column, fields) -%}
    {{ return(adapter.dispatch('json_struct', 'mackerel_cs')(column, fields)) }}
{%- endmacro %}

{% macro duckdb__json_struct(column, fields) -%}
    from_json({{ column }}, '{{ tojson(mackerel_cs.duckdb_json_schema(fields)) }}')
{%- endmacro %}

{% macro duckdb_json_schema(fields) -%}
    {%- if fields is string -%}
        {%- set names = {
            'string': 'VARCHAR', 'bigint': 'BIGINT', 'double': 'DOUBLE', 'boolean': 'BOOLEAN', 'json': 'JSON',
        } -%}
        {{ return(names[fields]) }}
    {%- elif fields is mapping -%}
        {%- set schema = {} -%}
        {%- for key, field in fields.items() -%}
            {%- do schema.update({key: mackerel_cs.duckdb_json_schema(field)}) -%}
        {%- endfor -%}
        {{ return(schema) }}
    {%- else -%}
        {{ return([mackerel_cs.duckdb_json_schema(fields[0])]) }}
    {%- endif -%}
{%- endmacro %}

{#- One value of the JSON text `column` at `path` ('$.a.b') as text. -#}
{% macro json_text(column, path) -%}
    {{ return(adapter.dispatch('json_text', 'mackerel_cs')(column, path)) }}
{%- endmacro %}

{% macro duckdb__json_text(column, path) -%}
    json_extract_string({{ column }}, '{{ path }}')
{%- endmacro %}

{#- The part of the JSON text `column` at `path`, as JSON text. -#}
{% macro json_part(column, path) -%}
    {{ return(adapter.dispatch('json_part', 'mackerel_cs')(column, path)) }}
{%- endmacro %}

{% macro duckdb__json_part(column, path) -%}
    cast(json_extract({{ column }}, '{{ path }}') as string)
{%- endmacro %}

{#- The kind of the value at `path`: 'OBJECT', 'ARRAY', 'VARCHAR', 'NULL', ...; null where nothing is. -#}
{% macro json_kind(column, path) -%}
    {{ return(adapter.dispatch('json_kind', 'mackerel_cs')(column, path)) }}
{%- endmacro %}

{% macro duckdb__json_kind(column, path) -%}
    json_type({{ column }}, '{{ path }}')
{%- endmacro %}

{#- Whether `column` is well-formed JSON. -#}
{% macro is_json(column) -%}
    {{ return(adapter.dispatch('is_json', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__is_json(column) -%}
    json_valid({{ column }})
{%- endmacro %}

{#- For each of `paths` into the JSON text `column`, the list of keys of the object there, in their order: one parse for all of them. -#}
{% macro json_key_lists(column, paths) -%}
    {{ return(adapter.dispatch('json_key_lists', 'mackerel_cs')(column, paths)) }}
{%- endmacro %}

{% macro duckdb__json_key_lists(column, paths) -%}
    json_keys({{ column }}, ['{{ paths | join("', '") }}'])
{%- endmacro %}

{#- Whether an object at one of `paths` into the JSON text `column` names a key twice. -#}
{% macro has_repeated_key(column, paths) -%}
    {{ return(adapter.dispatch('has_repeated_key', 'mackerel_cs')(column, paths)) }}
{%- endmacro %}

{% macro duckdb__has_repeated_key(column, paths) -%}
    (
        {%- for path in paths %}
        {{ 'or ' if not loop.first }}list_unique(json_keys({{ column }}, '{{ path }}')) < len(json_keys({{ column }}, '{{ path }}'))
        {%- endfor %}
    )
{%- endmacro %}

{#- The JSON array of text in `column` as a list, null where it is none. -#}
{% macro json_string_list(column) -%}
    {{ return(adapter.dispatch('json_string_list', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__json_string_list(column) -%}
    from_json({{ column }}, '["VARCHAR"]')
{%- endmacro %}

{#- The JSON object of lists of text in `column` ({"web": ["app", "db"]}) as a sorted list of 'web:app' texts. -#}
{% macro json_role_fullnames(column) -%}
    {{ return(adapter.dispatch('json_role_fullnames', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__json_role_fullnames(column) -%}
    list_sort(flatten(list_transform(
        map_entries(from_json({{ column }}, '"MAP(VARCHAR, VARCHAR[])"')),
        lambda entry: list_transform(entry.value, lambda role_name: entry.key || ':' || role_name)
    )))
{%- endmacro %}

{#- The texts of `field` in each object of the JSON array at `path`, in their order; empty where there are none. -#}
{% macro json_field_list(column, path, field) -%}
    {{ return(adapter.dispatch('json_field_list', 'mackerel_cs')(column, path, field)) }}
{%- endmacro %}

{% macro duckdb__json_field_list(column, path, field) -%}
    json_extract_string({{ column }}, '{{ path }}[*].{{ field }}')
{%- endmacro %}

{#- The keys of the JSON object in `column` ({"EC2": {"enable": true}}) whose own `field` is true, as a sorted list of text. -#}
{% macro json_keys_where(column, field) -%}
    {{ return(adapter.dispatch('json_keys_where', 'mackerel_cs')(column, field)) }}
{%- endmacro %}

{% macro duckdb__json_keys_where(column, field) -%}
    list_sort(list_transform(
        list_filter(
            map_entries(from_json({{ column }}, '"MAP(VARCHAR, JSON)"')),
            lambda entry: json_extract_string(entry.value, '$.{{ field }}') = 'true'
        ),
        lambda entry: entry.key
    ))
{%- endmacro %}

{#- The keys of the JSON object in `column` as a list of text; empty where it is no object, null where it is null. -#}
{% macro json_object_keys(column) -%}
    {{ return(adapter.dispatch('json_object_keys', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__json_object_keys(column) -%}
    json_keys({{ column }})
{%- endmacro %}
