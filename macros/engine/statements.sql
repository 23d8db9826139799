{#- Statements that change something, and what they may ask of the engine. -#}

{#- Whether the schema `operations` has the table. Asked by on-run-start, before its statements run. -#}
{% macro is_recorded(table_name) -%}
    {{ return(adapter.dispatch('is_recorded', 'mackerel_cs')(table_name)) }}
{%- endmacro %}

{#- Not with adapter.get_relation(): it leaves a transaction open, with which dbt would take the hooks' statements back. -#}
{% macro duckdb__is_recorded(table_name) -%}
    {%- set found = run_query(
        "select count(*) from information_schema.tables where table_schema = 'operations' and table_name = '" ~ table_name ~ "'"
    ) -%}
    {{ return(found.rows[0][0] > 0) }}
{%- endmacro %}

{% macro spark__is_recorded(table_name) -%}
    {{ return(adapter.get_relation(database=none, schema='operations', identifier=table_name) is not none) }}
{%- endmacro %}

{% macro bigquery__is_recorded(table_name) -%}
    {{ return(adapter.get_relation(database=target.database, schema='operations', identifier=table_name) is not none) }}
{%- endmacro %}

{#- Hook text for a list of statements, run one after the other. -#}
{% macro statements(texts) -%}
    {{ return(adapter.dispatch('statements', 'mackerel_cs')(texts)) }}
{%- endmacro %}

{% macro duckdb__statements(texts) -%}
    {{ texts | join(';\n') }};
{%- endmacro %}

{#- Spark takes one statement at a time: each runs here, and nothing is left for the hook. -#}
{% macro spark__statements(texts) -%}
    {%- for text in texts -%}
        {%- call statement() -%}
            {{ text }}
        {%- endcall -%}
    {%- endfor -%}
{%- endmacro %}

{% macro bigquery__statements(texts) -%}
    {{ texts | join(';\n') }};
{%- endmacro %}

{#-
    Hook text for a list of statements that count as one. Where the engine has no transactions `guard` runs first, a statement after which
    it does no harm when only some of the others have run; `release` takes it back at the end.
-#}
{% macro all_or_none(guard, texts, release) -%}
    {{ return(adapter.dispatch('all_or_none', 'mackerel_cs')(guard, texts, release)) }}
{%- endmacro %}

{% macro duckdb__all_or_none(guard, texts, release) -%}
    {{ mackerel_cs.duckdb__statements(['begin'] + texts + ['commit']) }}
{%- endmacro %}

{% macro spark__all_or_none(guard, texts, release) -%}
    {{ mackerel_cs.spark__statements([guard] + texts + [release]) }}
{%- endmacro %}

{#- BigQuery has transactions, but none that makes tables. -#}
{% macro bigquery__all_or_none(guard, texts, release) -%}
    {{ mackerel_cs.bigquery__statements([guard] + texts + [release]) }}
{%- endmacro %}

{#- A delete statement for the rows of `target` (old_rows) for which `source` has a row (found) that meets the condition. -#}
{% macro delete_matching(target, source, condition) -%}
    {{ return(adapter.dispatch('delete_matching', 'mackerel_cs')(target, source, condition)) }}
{%- endmacro %}

{% macro duckdb__delete_matching(target, source, condition) -%}
    delete from {{ target }} as old_rows
    using {{ source }} as found
    where {{ condition }}
{%- endmacro %}

{% macro spark__delete_matching(target, source, condition) -%}
    delete from {{ target }} as old_rows
    where exists (select 1 from {{ source }} as found where {{ condition }})
{%- endmacro %}

{% macro bigquery__delete_matching(target, source, condition) -%}
    delete from {{ target }} as old_rows
    where exists (select 1 from {{ source }} as found where {{ condition }})
{%- endmacro %}

{#- The clause after a table's columns that names their key; empty where the engine has none. -#}
{% macro primary_key_clause(column) -%}
    {{ return(adapter.dispatch('primary_key_clause', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__primary_key_clause(column) -%}
    , primary key ({{ column }})
{%- endmacro %}

{% macro spark__primary_key_clause(column) -%}
{%- endmacro %}

{% macro bigquery__primary_key_clause(column) -%}
    , primary key ({{ column }}) not enforced
{%- endmacro %}

{#- What a `create table` of a table that is changed later has to say after its name or columns. -#}
{% macro table_format_clause() -%}
    {{ return(adapter.dispatch('table_format_clause', 'mackerel_cs')()) }}
{%- endmacro %}

{% macro duckdb__table_format_clause() -%}
{%- endmacro %}

{% macro spark__table_format_clause() -%}
    using iceberg
{%- endmacro %}

{% macro bigquery__table_format_clause() -%}
{%- endmacro %}

{#- SQL text: what the program that started dbt says of this build: project_fingerprint, guards_fingerprint or warehouse_format. -#}
{% macro build_variable(name) -%}
    {{ return(adapter.dispatch('build_variable', 'mackerel_cs')(name)) }}
{%- endmacro %}

{% macro duckdb__build_variable(name) -%}
    getvariable('{{ name }}')
{%- endmacro %}

{% macro spark__build_variable(name) -%}
    '{{ env_var("MACKEREL_CS_BUILD_" ~ name | upper, "") }}'
{%- endmacro %}

{% macro bigquery__build_variable(name) -%}
    '{{ env_var("MACKEREL_CS_BUILD_" ~ name | upper, "") }}'
{%- endmacro %}

{#- on-run-start: makes the source `raw.files`, where no plugin hands it to dbt. -#}
{% macro find_raw_files() -%}
    {{ return(adapter.dispatch('find_raw_files', 'mackerel_cs')()) }}
{%- endmacro %}

{% macro duckdb__find_raw_files() -%}
{%- endmacro %}

{% macro spark__find_raw_files() -%}
    {%- if execute -%}
        {{ mackerel_cs.spark__statements([
            'create schema if not exists raw',
            'drop table if exists raw.files',
            "create table raw.files using parquet location '" ~ env_var('MACKEREL_CS_SPARK_RAW_FILES') ~ "'",
        ]) }}
    {%- endif -%}
{%- endmacro %}

{#- What the inspection found and the lines of each file lie as Parquet in a bucket (see raw_lines); json_keys() is a function of ours. -#}
{% macro bigquery__find_raw_files() -%}
    {%- if execute -%}
        {%- set bucket = env_var('MACKEREL_CS_BIGQUERY_BUCKET', '') -%}
        {{ mackerel_cs.bigquery__statements([
            'create schema if not exists raw',
            "create or replace external table raw.files options (format = 'PARQUET', uris = ['" ~ bucket ~ "/files/*.parquet'])",
            "create or replace external table raw.lines options (format = 'PARQUET', uris = ['" ~ bucket ~ "/lines/*.parquet'])",
            'create schema if not exists operations',
            mackerel_cs.bigquery_create_json_keys(),
        ]) }}
    {%- endif -%}
{%- endmacro %}

{#-
    A function for the keys of the JSON object `document`, or, where `outer_key` is given, of the object that stands there, in their order,
    repeated ones too: empty where there is no object, null where nothing stands at `outer_key`. BigQuery's own sorts them and tells each once.
-#}
{% macro bigquery_create_json_keys() -%}
    create or replace function operations.json_keys(document string, outer_key string)
    returns array<string>
    language js
    as r"""
        if (document === null) return null;
        const level = outer_key === null ? 1 : 2;
        const keys = [];
        let isThere = outer_key === null;
        let depth = 0;
        let outer = null;
        let text = null;
        for (const [part] of document.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
            if (part === '{' || part === '[') depth += 1;
            else if (part === '}' || part === ']') depth -= 1;
            else if (part !== ':') text = part;
            else {
                const key = JSON.parse(text);
                if (depth === 1) {
                    outer = key;
                    isThere = isThere || key === outer_key;
                }
                if (depth === level && (outer_key === null || outer === outer_key)) keys.push(key);
            }
        }
        return isThere ? keys : null;
    """
{%- endmacro %}

{#-
    A value that is asked before the model is computed: DuckDB skips what a known value rules out, where it reads everything to compare it
    with a subquery. The model's pre-hook is ask_before(), its SQL says asked_before(), of the same name and query.
-#}
{% macro ask_before(name, query) -%}
    {{ return(adapter.dispatch('ask_before', 'mackerel_cs')(name, query)) }}
{%- endmacro %}

{% macro duckdb__ask_before(name, query) -%}
    set variable {{ name }} = ({{ query }})
{%- endmacro %}

{% macro spark__ask_before(name, query) -%}
{%- endmacro %}

{% macro bigquery__ask_before(name, query) -%}
{%- endmacro %}

{% macro asked_before(name, query) -%}
    {{ return(adapter.dispatch('asked_before', 'mackerel_cs')(name, query)) }}
{%- endmacro %}

{#- A unit test runs no hooks. -#}
{% macro duckdb__asked_before(name, query) -%}
    {{ '(' ~ query ~ ')' if model.resource_type == 'unit_test' else "getvariable('" ~ name ~ "')" }}
{%- endmacro %}

{% macro spark__asked_before(name, query) -%}
    ({{ query }})
{%- endmacro %}

{% macro bigquery__asked_before(name, query) -%}
    ({{ query }})
{%- endmacro %}
