{#-
    Reading JSON text. Fields are a dictionary: key -> 'string' | 'bigint' | 'double' | 'boolean' | 'json' (the text as it
    stands) | ['string'] (a list) | a nested dictionary. A field that is missing, null or of another shape is null, never an error.
    Engines may write a very large or small number within JSON text in their own way (1e300, 1.0E300), and DuckDB alone takes a comma
    before the end of an object or list.
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

{#-
    Every leaf is read as text and cast after that, and every object in a list on its own: Spark's numbers refuse what is written as text,
    and one element of another shape would take the whole list with it.
-#}
{% macro spark__json_struct(column, fields) -%}
    case when trim({{ column }}) != 'null' then {{ mackerel_cs.spark_parsed_json(column, fields) }} end
{%- endmacro %}

{#- The list of one keeps what is parsed, so that it is parsed once. -#}
{% macro spark_parsed_json(column, fields) -%}
    {%- set parsed = "from_json(" ~ column ~ ", '" ~ mackerel_cs.spark_json_schema(fields) ~ "')" -%}
    {%- if mackerel_cs.spark_is_text(fields) -%}
        {{ parsed }}
    {%- else -%}
        {#- A name of its own at each depth: an inner one would hide the outer. -#}
        {%- set name = 'parsed_' ~ (column | length) -%}
        element_at(transform(array({{ parsed }}), {{ name }} -> {{ mackerel_cs.spark_json_value(name, fields) }}), 1)
    {%- endif -%}
{%- endmacro %}

{#-
    Each leaf by its own path: PARSE_JSON would write the text anew. What stands at a path is asked as text, so that no shape is an error.
-#}
{% macro bigquery__json_struct(column, fields) -%}
    {{ mackerel_cs.bigquery_json_value(column, '$', fields) }}
{%- endmacro %}

{#- The value at `path` of the JSON text `column` with the types of `fields`. -#}
{% macro bigquery_json_value(column, path, fields) -%}
    {%- set scalar = "json_value(" ~ column ~ ", '" ~ path ~ "')" -%}
    {%- set found = "json_query(" ~ column ~ ", '" ~ path ~ "')" -%}
    {%- if fields is mapping -%}
        case
            when starts_with({{ found }}, '{')
                then struct(
                    {%- for key, field in fields.items() %}
                    {{ mackerel_cs.bigquery_json_value(column, path ~ '."' ~ key ~ '"', field) }} as `{{ key }}`{{ ',' if not loop.last }}
                    {%- endfor %}
                )
        end
    {%- elif fields is not string -%}
        {#- A name of its own at each depth: an inner one would hide the outer. -#}
        {%- set element = 'element_' ~ (column | length) -%}
        case
            when starts_with({{ found }}, '[')
                then array(
                    select {{ mackerel_cs.bigquery_json_value(element, '$', fields[0]) }}
                    from unnest(json_query_array({{ column }}, '{{ path }}')) as {{ element }} with offset as {{ element }}_place
                    order by {{ element }}_place
                )
        end
    {%- elif fields == 'string' -%}
        coalesce({{ scalar }}, {{ found }})
    {%- elif fields == 'json' -%}
        {{ found }}
    {%- elif fields == 'bigint' -%}
        case {{ scalar }}
            when 'true' then 1
            when 'false' then 0
            else safe_cast(round(safe_cast({{ scalar }} as bignumeric), 0, 'ROUND_HALF_EVEN') as int64)
        end
    {%- elif fields == 'double' -%}
        case {{ scalar }}
            when 'true' then 1.0
            when 'false' then 0.0
            else safe_cast({{ scalar }} as float64)
        end
    {%- else -%}
        case
            when lower({{ scalar }}) in ('true', 't', 'yes', 'y') then true
            when lower({{ scalar }}) in ('false', 'f', 'no', 'n') then false
            else safe_cast({{ scalar }} as float64) != 0
        end
    {%- endif -%}
{%- endmacro %}

{#- Whether all the leaves of `fields` are text, so that nothing has to be cast. -#}
{% macro spark_is_text(fields) -%}
    {%- if fields is string -%}
        {{ return(fields in ('string', 'json')) }}
    {%- endif -%}
    {%- if fields is not mapping -%}
        {{ return(fields[0] is string and mackerel_cs.spark_is_text(fields[0])) }}
    {%- endif -%}
    {%- set others = [] -%}
    {%- for field in fields.values() if not mackerel_cs.spark_is_text(field) -%}
        {%- do others.append(field) -%}
    {%- endfor -%}
    {{ return(not others) }}
{%- endmacro %}

{% macro spark_json_schema(fields) -%}
    {%- if fields is string -%}
        {{ return('string') }}
    {%- elif fields is mapping -%}
        {%- set columns = [] -%}
        {%- for key, field in fields.items() -%}
            {%- do columns.append('`' ~ key ~ '`: ' ~ mackerel_cs.spark_json_schema(field)) -%}
        {%- endfor -%}
        {{ return('struct<' ~ columns | join(', ') ~ '>') }}
    {%- else -%}
        {{ return('array<string>') }}
    {%- endif -%}
{%- endmacro %}

{#- The value `parsed`, whose leaves are text, with the types of `fields`. -#}
{% macro spark_json_value(parsed, fields) -%}
    {%- if mackerel_cs.spark_is_text(fields) -%}
        {{ parsed }}
    {%- elif fields == 'bigint' -%}
        case
            when {{ parsed }} in ('true', 'false') then cast({{ parsed }} = 'true' as bigint)
            when {{ parsed }} not rlike '[.eE]' then try_cast({{ parsed }} as bigint)
            when abs(try_cast({{ parsed }} as double)) < 9223372036854775000 then cast(rint(cast({{ parsed }} as double)) as bigint)
        end
    {%- elif fields == 'double' -%}
        case
            when {{ parsed }} in ('true', 'false') then cast({{ parsed }} = 'true' as double)
            else try_cast({{ parsed }} as double)
        end
    {%- elif fields == 'boolean' -%}
        coalesce(try_cast({{ parsed }} as boolean), try_cast({{ parsed }} as double) != 0)
    {%- elif fields is mapping -%}
        case
            when {{ parsed }} is not null
                then named_struct(
                    {%- for key, field in fields.items() %}
                    '{{ key }}', {{ mackerel_cs.spark_json_value(parsed ~ '.`' ~ key ~ '`', field) }}{{ ',' if not loop.last }}
                    {%- endfor %}
                )
        end
    {%- else -%}
        {%- set element = 'element_' ~ (parsed | length) -%}
        transform(
            {{ parsed }},
            {{ element }} -> {{ mackerel_cs.spark_parsed_json(element, fields[0]) if fields[0] is mapping else mackerel_cs.spark_json_value(element, fields[0]) }}
        )
    {%- endif -%}
{%- endmacro %}

{#- A text as JSON, in quotes; null for null. -#}
{% macro json_quoted(column) -%}
    {{ return(adapter.dispatch('json_quoted', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__json_quoted(column) -%}
    to_json({{ column }})
{%- endmacro %}

{#- Spark writes only lists and structs. -#}
{% macro spark__json_quoted(column) -%}
    case when {{ column }} is not null then regexp_extract(to_json(array({{ column }})), '^.(.*).$', 1) end
{%- endmacro %}

{% macro bigquery__json_quoted(column) -%}
    case when {{ column }} is not null then to_json_string({{ column }}) end
{%- endmacro %}

{#- One value of the JSON text `column` at `path` ('$.a.b') as text. -#}
{% macro json_text(column, path) -%}
    {{ return(adapter.dispatch('json_text', 'mackerel_cs')(column, path)) }}
{%- endmacro %}

{% macro duckdb__json_text(column, path) -%}
    json_extract_string({{ column }}, '{{ path }}')
{%- endmacro %}

{% macro spark__json_text(column, path) -%}
    get_json_object({{ column }}, '{{ path }}')
{%- endmacro %}

{% macro bigquery__json_text(column, path) -%}
    {{ mackerel_cs.bigquery_json_value(column, mackerel_cs.bigquery_json_path(path), 'string') }}
{%- endmacro %}

{#- A path with each key in quotes: as it stands BigQuery takes letters, digits and underscores only. -#}
{% macro bigquery_json_path(path) -%}
    {%- set quoted = ['$'] -%}
    {%- for key in path.split('.')[1:] -%}
        {%- do quoted.append('"' ~ key ~ '"') -%}
    {%- endfor -%}
    {{ return(quoted | join('.')) }}
{%- endmacro %}

{#- Whether an object stands at `key` of the JSON text `column`, or, without a key, is all of it; null where nothing stands there. -#}
{% macro is_json_object(column, key=none) -%}
    {{ return(adapter.dispatch('is_json_object', 'mackerel_cs')(column, key)) }}
{%- endmacro %}

{% macro duckdb__is_json_object(column, key) -%}
    (json_type({{ column }}, '${{ '.' ~ key if key }}') = 'OBJECT')
{%- endmacro %}

{% macro spark__is_json_object(column, key) -%}
    case
        when {% if key %}array_contains(json_object_keys({{ column }}), '{{ key }}'){% else %}{{ column }} is not null{% endif %}
            then {{ mackerel_cs.spark_json_keys(column, key) }} is not null
    end
{%- endmacro %}

{% macro bigquery__is_json_object(column, key) -%}
    (json_type(json_query({{ mackerel_cs.bigquery_parsed_json(column) }}, '${{ '."' ~ key ~ '"' if key }}')) = 'object')
{%- endmacro %}

{#- The text as a value of BigQuery's type JSON; null where it is none. -#}
{% macro bigquery_parsed_json(column) -%}
    safe.parse_json({{ column }}, wide_number_mode => 'round')
{%- endmacro %}

{#- The keys of the object at `key`; null where none is. As a map, because text that holds JSON is no object. -#}
{% macro spark_json_keys(column, key) -%}
    {%- if key -%}
        map_keys(from_json({{ column }}, 'struct<`{{ key }}`: map<string, string>>').`{{ key }}`)
    {%- else -%}
        json_object_keys({{ column }})
    {%- endif -%}
{%- endmacro %}

{#- Whether `column` is well-formed JSON. -#}
{% macro is_json(column) -%}
    {{ return(adapter.dispatch('is_json', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__is_json(column) -%}
    json_valid({{ column }})
{%- endmacro %}

{#-
    As the first of a list of two: what stands behind the end of the text would hide the second, which no line holds by chance. Half of a
    pair of surrogates passes, which DuckDB refuses.
-#}
{% macro spark__is_json(column) -%}
    coalesce(
        element_at(
            from_json('[' || {{ column }} || ',"(end of line)"]', 'array<string>', map('allowSingleQuotes', 'false')), 2
        ) = '(end of line)',
        false
    )
{%- endmacro %}

{% macro bigquery__is_json(column) -%}
    ({{ mackerel_cs.bigquery_parsed_json(column) }} is not null)
{%- endmacro %}

{#-
    The list of keys of the object that the JSON text `column` is, and the list of those of the object at its `key`, in their order, as a
    list of two: one parse for both. Empty where there is no object, null where nothing stands at the key.
-#}
{% macro json_key_lists(column, key) -%}
    {{ return(adapter.dispatch('json_key_lists', 'mackerel_cs')(column, key)) }}
{%- endmacro %}

{% macro duckdb__json_key_lists(column, key) -%}
    json_keys({{ column }}, ['$', '$.{{ key }}'])
{%- endmacro %}

{% macro spark__json_key_lists(column, key) -%}
    array(
        coalesce(json_object_keys({{ column }}), cast(array() as array<string>)),
        case
            when array_contains(json_object_keys({{ column }}), '{{ key }}')
                then coalesce({{ mackerel_cs.spark_json_keys(column, key) }}, cast(array() as array<string>))
        end
    )
{%- endmacro %}

{#- BigQuery has no list of lists: each is in a struct. -#}
{% macro bigquery__json_key_lists(column, key) -%}
    [
        struct(operations.json_keys({{ column }}, null) as listed),
        struct(operations.json_keys({{ column }}, '{{ key }}') as listed)
    ]
{%- endmacro %}

{#- The list at a place (1 or 2) of the list of two that json_key_lists makes. -#}
{% macro json_key_list(key_lists, place) -%}
    {{ return(adapter.dispatch('json_key_list', 'mackerel_cs')(key_lists, place)) }}
{%- endmacro %}

{% macro duckdb__json_key_list(key_lists, place) -%}
    {{ mackerel_cs.duckdb__list_element(key_lists, place) }}
{%- endmacro %}

{% macro spark__json_key_list(key_lists, place) -%}
    {{ mackerel_cs.spark__list_element(key_lists, place) }}
{%- endmacro %}

{% macro bigquery__json_key_list(key_lists, place) -%}
    {{ mackerel_cs.bigquery__list_element(key_lists, place) }}.listed
{%- endmacro %}

{#- Whether the object that the JSON text `column` is, or the one at its `key`, names a key twice. -#}
{% macro has_repeated_key(column, key) -%}
    {{ return(adapter.dispatch('has_repeated_key', 'mackerel_cs')(column, key)) }}
{%- endmacro %}

{% macro duckdb__has_repeated_key(column, key) -%}
    (
        {%- for path in ['$', '$.' ~ key] %}
        {{ 'or ' if not loop.first }}list_unique(json_keys({{ column }}, '{{ path }}')) < len(json_keys({{ column }}, '{{ path }}'))
        {%- endfor %}
    )
{%- endmacro %}

{% macro spark__has_repeated_key(column, key) -%}
    (
        {%- for keys in [mackerel_cs.spark_json_keys(column, none), mackerel_cs.spark_json_keys(column, key)] %}
        {{ 'or ' if not loop.first }}size(array_distinct({{ keys }})) < size({{ keys }})
        {%- endfor %}
    )
{%- endmacro %}

{% macro bigquery__has_repeated_key(column, key) -%}
    (
        {%- for below in ['null', "'" ~ key ~ "'"] %}
        {{ 'or ' if not loop.first }}(
            select count(distinct named_key) < count(*) from unnest(operations.json_keys({{ column }}, {{ below }})) as named_key
        )
        {%- endfor %}
    )
{%- endmacro %}

{#- The JSON array of text at `path` of the JSON text `column` as a list, null where there is none. -#}
{% macro json_string_list(column, path='$') -%}
    {{ return(adapter.dispatch('json_string_list', 'mackerel_cs')(column, path)) }}
{%- endmacro %}

{% macro duckdb__json_string_list(column, path) -%}
    from_json({% if path == '$' %}{{ column }}{% else %}cast(json_extract({{ column }}, '{{ path }}') as string){% endif %}, '["VARCHAR"]')
{%- endmacro %}

{% macro spark__json_string_list(column, path) -%}
    from_json({% if path == '$' %}{{ column }}{% else %}get_json_object({{ column }}, '{{ path }}'){% endif %}, 'array<string>')
{%- endmacro %}

{% macro bigquery__json_string_list(column, path) -%}
    {{ mackerel_cs.bigquery_json_value(column, mackerel_cs.bigquery_json_path(path), ['string']) }}
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

{% macro spark__json_role_fullnames(column) -%}
    array_sort(flatten(transform(
        map_entries(from_json({{ column }}, 'map<string, string>')),
        entry -> coalesce(
            transform(from_json(entry.value, 'array<string>'), role_name -> entry.key || ':' || role_name),
            cast(array() as array<string>)
        )
    )))
{%- endmacro %}

{% macro bigquery__json_role_fullnames(column) -%}
    case
        when starts_with(json_query({{ column }}, '$'), '{')
            then array(
                select service_name || ':' || role_name as fullname
                from unnest(operations.json_keys({{ column }}, null)) as service_name
                cross join unnest(json_value_array({{ mackerel_cs.bigquery_parsed_json(column) }}[service_name])) as role_name
                order by fullname
            )
    end
{%- endmacro %}

{#- The texts of `field` in each object of the JSON array in `column`, in their order; empty where there are none. -#}
{% macro json_field_list(column, field) -%}
    {{ return(adapter.dispatch('json_field_list', 'mackerel_cs')(column, field)) }}
{%- endmacro %}

{% macro duckdb__json_field_list(column, field) -%}
    json_extract_string({{ column }}, '$[*].{{ field }}')
{%- endmacro %}

{% macro spark__json_field_list(column, field) -%}
    case
        when {{ column }} is not null
            then coalesce(
                filter(
                    transform(
                        from_json({{ column }}, 'array<string>'), element -> get_json_object(element, '$.{{ field }}')
                    ),
                    found -> found is not null
                ),
                cast(array() as array<string>)
            )
    end
{%- endmacro %}

{% macro bigquery__json_field_list(column, field) -%}
    case
        when {{ column }} is not null
            then array(
                select found
                from (
                    select {{ mackerel_cs.bigquery_json_value('element', '$."' ~ field ~ '"', 'string') }} as found, place
                    from unnest(json_query_array({{ column }})) as element with offset as place
                ) as listed
                where found is not null
                order by place
            )
    end
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

{% macro spark__json_keys_where(column, field) -%}
    array_sort(map_keys(map_filter(
        from_json({{ column }}, 'map<string, string>'), (name, entry) -> get_json_object(entry, '$.{{ field }}') = 'true'
    )))
{%- endmacro %}

{% macro bigquery__json_keys_where(column, field) -%}
    case
        when starts_with(json_query({{ column }}, '$'), '{')
            then array(
                select named_key
                from unnest(operations.json_keys({{ column }}, null)) as named_key
                where lax_string({{ mackerel_cs.bigquery_parsed_json(column) }}[named_key]['{{ field }}']) = 'true'
                order by named_key
            )
    end
{%- endmacro %}

{#- The keys of the JSON object in `column` as a list of text; empty where it is no object, null where it is null. -#}
{% macro json_object_keys(column) -%}
    {{ return(adapter.dispatch('json_object_keys', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__json_object_keys(column) -%}
    json_keys({{ column }})
{%- endmacro %}

{% macro spark__json_object_keys(column) -%}
    case
        when {{ column }} is not null then coalesce(json_object_keys({{ column }}), cast(array() as array<string>))
    end
{%- endmacro %}

{% macro bigquery__json_object_keys(column) -%}
    operations.json_keys({{ column }}, null)
{%- endmacro %}
