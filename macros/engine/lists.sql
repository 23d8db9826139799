{#- Lists and rows. -#}

{#- A from-clause item: one row `alias.column_name` for each element of the list `list_column` of the relation before it. -#}
{% macro unnest_list(list_column, alias, column_name) -%}
    {{ return(adapter.dispatch('unnest_list', 'mackerel_cs')(list_column, alias, column_name)) }}
{%- endmacro %}

{% macro duckdb__unnest_list(list_column, alias, column_name) -%}
    cross join unnest({{ list_column }}) as {{ alias }} ({{ column_name }})
{%- endmacro %}

{% macro spark__unnest_list(list_column, alias, column_name) -%}
    cross join lateral (select explode({{ list_column }})) as {{ alias }} ({{ column_name }})
{%- endmacro %}

{#- BigQuery names the element itself: in a struct it has a column's name. -#}
{% macro bigquery__unnest_list(list_column, alias, column_name) -%}
    cross join unnest(array(
        select as struct element as {{ column_name }} from unnest({{ list_column }}) as element
    )) as {{ alias }}
{%- endmacro %}

{#- As unnest_list, with the element's place in the list, from 1, as `alias.number_name`. -#}
{% macro unnest_numbered_list(list_column, alias, column_name, number_name) -%}
    {{ return(adapter.dispatch('unnest_numbered_list', 'mackerel_cs')(list_column, alias, column_name, number_name)) }}
{%- endmacro %}

{% macro duckdb__unnest_numbered_list(list_column, alias, column_name, number_name) -%}
    cross join lateral (
        select unnest({{ list_column }}), generate_subscripts({{ list_column }}, 1)
    ) as {{ alias }} ({{ column_name }}, {{ number_name }})
{%- endmacro %}

{% macro spark__unnest_numbered_list(list_column, alias, column_name, number_name) -%}
    cross join lateral (
        select element, cast(place + 1 as bigint)
        from (select posexplode({{ list_column }}) as (place, element))
    ) as {{ alias }} ({{ column_name }}, {{ number_name }})
{%- endmacro %}

{% macro bigquery__unnest_numbered_list(list_column, alias, column_name, number_name) -%}
    cross join unnest(array(
        select as struct element as {{ column_name }}, place + 1 as {{ number_name }}
        from unnest({{ list_column }}) as element with offset as place
    )) as {{ alias }}
{%- endmacro %}

{#- A from-clause item: one row `alias.column_name` for each date from `first_date` to `last_date`, both included. -#}
{% macro unnest_dates(first_date, last_date, alias, column_name) -%}
    {{ return(adapter.dispatch('unnest_dates', 'mackerel_cs')(first_date, last_date, alias, column_name)) }}
{%- endmacro %}

{% macro duckdb__unnest_dates(first_date, last_date, alias, column_name) -%}
    cross join lateral (
        select cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval 1 day)) as date)
    ) as {{ alias }} ({{ column_name }})
{%- endmacro %}

{#- Spark's sequence counts backwards, or fails, where the last is before the first. -#}
{% macro spark__unnest_dates(first_date, last_date, alias, column_name) -%}
    cross join lateral (
        select explode(
            case when {{ first_date }} <= {{ last_date }} then sequence({{ first_date }}, {{ last_date }}, interval 1 day) end
        )
    ) as {{ alias }} ({{ column_name }})
{%- endmacro %}

{% macro bigquery__unnest_dates(first_date, last_date, alias, column_name) -%}
    cross join unnest(array(
        select as struct each_date as {{ column_name }}
        from unnest(generate_date_array({{ first_date }}, {{ last_date }})) as each_date
    )) as {{ alias }}
{%- endmacro %}

{#- The distinct texts of a group, sorted and joined: the same bytes whatever the order of the rows. -#}
{% macro joined_texts(column, separator=', ') -%}
    {{ return(adapter.dispatch('joined_texts', 'mackerel_cs')(column, separator)) }}
{%- endmacro %}

{% macro duckdb__joined_texts(column, separator) -%}
    string_agg(distinct {{ column }}, '{{ separator }}' order by {{ column }})
{%- endmacro %}

{% macro spark__joined_texts(column, separator) -%}
    case when count({{ column }}) > 0 then array_join(sort_array(collect_set({{ column }})), '{{ separator }}') end
{%- endmacro %}

{% macro bigquery__joined_texts(column, separator) -%}
    string_agg(distinct {{ column }}, '{{ separator }}' order by {{ column }})
{%- endmacro %}

{#- The texts of a group, a line each, in the order of the key `order_column`. -#}
{% macro joined_lines(column, order_column) -%}
    {{ return(adapter.dispatch('joined_lines', 'mackerel_cs')(column, order_column)) }}
{%- endmacro %}

{% macro duckdb__joined_lines(column, order_column) -%}
    string_agg({{ column }}, chr(10) order by {{ order_column }})
{%- endmacro %}

{% macro spark__joined_lines(column, order_column) -%}
    case
        when count({{ column }}) > 0
            then array_join(
                transform(
                    sort_array(collect_list(named_struct('place', {{ order_column }}, 'line', {{ column }}))), entry -> entry.line
                ),
                chr(10)
            )
    end
{%- endmacro %}

{#- BigQuery takes a literal only as the separator. -#}
{% macro bigquery__joined_lines(column, order_column) -%}
    string_agg({{ column }}, '\n' order by {{ order_column }})
{%- endmacro %}

{#- The element of a list at a place, from 1; null where there is none. -#}
{% macro list_element(column, place) -%}
    {{ return(adapter.dispatch('list_element', 'mackerel_cs')(column, place)) }}
{%- endmacro %}

{% macro duckdb__list_element(column, place) -%}
    {{ column }}[{{ place }}]
{%- endmacro %}

{% macro spark__list_element(column, place) -%}
    element_at({{ column }}, {{ place }})
{%- endmacro %}

{% macro bigquery__list_element(column, place) -%}
    {{ column }}[safe_ordinal({{ place }})]
{%- endmacro %}

{#- How many elements a list has; null for a null list. -#}
{% macro list_length(column) -%}
    {{ return(adapter.dispatch('list_length', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__list_length(column) -%}
    len({{ column }})
{%- endmacro %}

{% macro spark__list_length(column) -%}
    cast(array_size({{ column }}) as bigint)
{%- endmacro %}

{% macro bigquery__list_length(column) -%}
    array_length({{ column }})
{%- endmacro %}

{#- The elements of a list of text joined by a separator. -#}
{% macro list_to_text(column, separator=',') -%}
    {{ return(adapter.dispatch('list_to_text', 'mackerel_cs')(column, separator)) }}
{%- endmacro %}

{% macro duckdb__list_to_text(column, separator) -%}
    array_to_string({{ column }}, '{{ separator }}')
{%- endmacro %}

{% macro spark__list_to_text(column, separator) -%}
    array_join({{ column }}, '{{ separator }}')
{%- endmacro %}

{% macro bigquery__list_to_text(column, separator) -%}
    array_to_string({{ column }}, '{{ separator }}')
{%- endmacro %}

{#- The last value of `column` so far that is not null, in the window `over` (a text such as 'partition by a order by b'). -#}
{% macro last_known_value(column, over) -%}
    {{ return(adapter.dispatch('last_known_value', 'mackerel_cs')(column, over)) }}
{%- endmacro %}

{% macro duckdb__last_known_value(column, over) -%}
    last_value({{ column }} ignore nulls) over ({{ over }} rows between unbounded preceding and current row)
{%- endmacro %}

{% macro spark__last_known_value(column, over) -%}
    last_value({{ column }}) ignore nulls over ({{ over }} rows between unbounded preceding and current row)
{%- endmacro %}

{% macro bigquery__last_known_value(column, over) -%}
    last_value({{ column }} ignore nulls) over ({{ over }} rows between unbounded preceding and current row)
{%- endmacro %}

{#- A list of text in the order of its characters, nulls last. -#}
{% macro list_sorted(column) -%}
    {{ return(adapter.dispatch('list_sorted', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__list_sorted(column) -%}
    list_sort({{ column }})
{%- endmacro %}

{% macro spark__list_sorted(column) -%}
    array_sort({{ column }})
{%- endmacro %}

{% macro bigquery__list_sorted(column) -%}
    case
        when {{ column }} is not null
            then array(select element from unnest({{ column }}) as element order by element nulls last)
    end
{%- endmacro %}

{#- Whether a text of elements joined by commas names one of them twice. -#}
{% macro has_repeated_element(column) -%}
    {{ return(adapter.dispatch('has_repeated_element', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__has_repeated_element(column) -%}
    list_unique(string_split({{ column }}, ',')) < len(string_split({{ column }}, ','))
{%- endmacro %}

{% macro spark__has_repeated_element(column) -%}
    array_size(array_distinct(split({{ column }}, ','))) < array_size(split({{ column }}, ','))
{%- endmacro %}

{% macro bigquery__has_repeated_element(column) -%}
    case
        when {{ column }} is not null
            then (select count(distinct element) < count(*) from unnest(split({{ column }}, ',')) as element)
    end
{%- endmacro %}

{#-
    A from-clause item: the rows, which are written out, beside each row of what stands before. `rows` are dictionaries of the same columns with an expression each; the first one's types
    are all the others'. One pass over what stands before, where a union would read it once a row.
-#}
{% macro unnest_rows(rows, alias) -%}
    {{ return(adapter.dispatch('unnest_rows', 'mackerel_cs')(rows, alias)) }}
{%- endmacro %}

{% macro duckdb__unnest_rows(rows, alias) -%}
    cross join lateral (
        select unnest([
            {%- for row in rows %}
                struct_pack({% for column, expression in row.items() %}{{ column }} := {{ expression }}{{ ', ' if not loop.last }}{% endfor %}){{ ',' if not loop.last }}
            {%- endfor %}
        ], recursive := true)
    ) as {{ alias }}
{%- endmacro %}

{% macro spark__unnest_rows(rows, alias) -%}
    cross join lateral (
        select inline(array(
            {%- for row in rows %}
                named_struct({% for column, expression in row.items() %}'{{ column }}', {{ expression }}{{ ', ' if not loop.last }}{% endfor %}){{ ',' if not loop.last }}
            {%- endfor %}
        ))
    ) as {{ alias }}
{%- endmacro %}

{% macro bigquery__unnest_rows(rows, alias) -%}
    cross join unnest([
        {%- for row in rows %}
            struct({% for column, expression in row.items() %}{{ expression }} as {{ column }}{{ ', ' if not loop.last }}{% endfor %}){{ ',' if not loop.last }}
        {%- endfor %}
    ]) as {{ alias }}
{%- endmacro %}
