{#-
    What dbt-spark 1.11 does otherwise than this project needs: its own macros, overridden. None of this is known on DuckDB.
-#}

{#-
    dbt-spark knows its own strategies only, drops a table that is made anew, and gives a strategy a view: the rows to insert would be
    computed after others were deleted. Here the recomputed rows are a table first, as on DuckDB, and a table made anew replaces the old one.
-#}
{% materialization incremental, adapter='spark' -%}
    {%- set existing = load_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is none or existing.is_view or should_full_refresh() -%}
        {%- if existing is not none and existing.is_view -%}
            {%- do adapter.drop_relation(existing) -%}
        {%- endif -%}
        {%- call statement('main') -%}
            {{ create_table_as(false, target_relation, compiled_code) }}
        {%- endcall -%}
    {%- else -%}
        {%- set recomputed = target_relation.incorporate(path={'identifier': this.identifier ~ '__dbt_tmp'}) -%}
        {%- call statement('main') -%}
            {{ create_table_as(false, recomputed, compiled_code) }}
        {%- endcall -%}
        {%- do process_schema_changes(config.get('on_schema_change', 'ignore'), recomputed, existing) -%}
        {%- set strategy = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy')) -%}
        {%- do strategy({
            'target_relation': target_relation,
            'temp_relation': recomputed,
            'dest_columns': adapter.get_columns_in_relation(existing),
        }) -%}
        {%- do mackerel_cs.spark_drop_table(recomputed) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target_relation]}) }}
{%- endmaterialization %}

{#- Without `purge` the files of an Iceberg table would stay. -#}
{% macro spark_drop_table(relation) -%}
    {%- call statement() -%}
        drop table if exists {{ relation }} purge
    {%- endcall -%}
{%- endmacro %}

{% macro spark__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
    {%- if old_relation -%}
        {%- do mackerel_cs.spark_drop_table(old_relation) -%}
    {%- endif -%}
    {{ return(create_csv_table(model, agate_table)) }}
{%- endmacro %}

{#- Spark calls an Iceberg table one of Hive, and dbt-spark would drop it to replace it (dbt-spark issue 870). -#}
{% macro spark__list_relations_without_caching(relation) -%}
    {%- call statement('list_relations_without_caching', fetch_result=true) -%}
        show table extended in {{ relation.schema }} like '*'
    {%- endcall -%}
    {%- set relations = [] -%}
    {#- Views of the session stand in the list of every schema, and have none. -#}
    {%- for row in load_result('list_relations_without_caching').table.rows if row[0] -%}
        {%- set told = row[3] -%}
        {%- if 'table_type=ICEBERG' in told and 'Type: VIEW' not in told -%}
            {%- set told = told | replace('Provider: hive', 'Provider: iceberg') -%}
        {%- endif -%}
        {%- do relations.append([row[0], row[1], row[2], told]) -%}
    {%- endfor -%}
    {{ return(relations) }}
{%- endmacro %}

{#- dbt-spark puts values into the text of the statement as they are: quotes break it, large numbers lose their last digits. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set texts = [] -%}
    {%- for chunk in agate_table.rows | batch(get_batch_size()) -%}
        {%- set text -%}
            insert into {{ this.render() }} values
            {%- for row in chunk %}
            (
                {%- for name in agate_table.column_names -%}
                {%- set found = row[loop.index0] -%}
                {%- set type = types.get(name, adapter.convert_type(agate_table, loop.index0)) -%}
                cast({% if found is none %}null{% else %}{{ mackerel_cs.spark_text(found | string) }}{% endif %} as {{ type }})
                {{- ', ' if not loop.last -}}
                {%- endfor -%}
            ){{ ',' if not loop.last }}
            {%- endfor %}
        {%- endset -%}
        {%- do adapter.add_query(text, abridge_sql_log=true) -%}
        {%- do texts.append(text) -%}
    {%- endfor -%}
    {{ return(texts[0]) }}
{%- endmacro %}

{#- A text as Spark writes it in SQL. -#}
{% macro spark_text(found) -%}
    {{ return("'" ~ found | replace('\\', '\\\\') | replace("'", "\\'") ~ "'") }}
{%- endmacro %}
