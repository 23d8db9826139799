{#-
    dbt asks this for the relation of every generic test. A build that continues the last good one tests the rows it has recomputed:
    the others were tested by the build that made them. `dbt test` tests every row.
-#}
{% macro get_where_subquery(relation) -%}
    {%- set tested = mackerel_cs.recomputed_rows(relation) -%}
    {%- set where = config.get('where', '') -%}
    {%- if where -%}
        (select * from {{ tested }} where {{ where }}) as tested_rows
    {%- else -%}
        {{ tested }}
    {%- endif -%}
{%- endmacro %}

{#- A from-clause item: the rows of `relation` that this build has recomputed; all of them where it has recomputed all. -#}
{% macro recomputed_rows(relation) -%}
    {#- What these say, they say of the whole. -#}
    {%- set of_the_whole = ['holidays_cover', 'not_empty', 'share_at_most'] -%}
    {%- if not mackerel_cs.continues_last_build() or (model.test_metadata or {}).name in of_the_whole -%}
        {{ return(relation) }}
    {%- endif -%}
    {#- One node by its name: the graph makes each one it is asked for anew, and to search it at every test took a tenth of a day's build. -#}
    {%- set tested = graph.nodes[model.attached_node] -%}
    {%- set meta = tested.config.meta -%}
    {#- A view has no strategy: it says which rows a build has recomputed. -#}
    {%- set reach = meta.tested_rows or tested.config.incremental_strategy -%}
    {%- if reach in ('arrival', 'arrival_counts') -%}
        (select * from {{ relation }} where {{ mackerel_cs.arrived_since_last_build() }}) as recomputed_rows
    {%- elif reach == 'touched_days' -%}
        {{ mackerel_cs.rows_on_touched_days(relation, meta.date_column, 'intermediate.int_touched_days') }}
    {%- elif reach == 'onward' -%}
        {{ mackerel_cs.rows_onward(relation, meta.date_column, 'intermediate.int_touched_organizations') }}
    {%- elif reach == 'touched_keys' -%}
        {{ mackerel_cs.rows_of_keys(relation, meta['keys'], meta.scope) }}
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}
