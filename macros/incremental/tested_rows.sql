{#-
    dbt asks this for the relation of every generic test. A build that continues the last good one tests the rows it has recomputed:
    the others were tested by the build that made them. `dbt test` tests every row.
-#}
{% macro get_where_subquery(relation) -%}
    {%- set conditions = [config.get('where', ''), mackerel_cs.recomputed_rows(relation)] | select | list -%}
    {%- if conditions -%}
        (select * from {{ relation }} as all_rows where ({{ conditions | join(') and (') }})) as tested_rows
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}

{#- SQL condition for the rows of `relation` that this build has recomputed; empty where it has recomputed all. -#}
{% macro recomputed_rows(relation) -%}
    {#- What these say, they say of the whole. -#}
    {%- set of_the_whole = ['holidays_cover', 'not_empty', 'share_at_most'] -%}
    {%- if not mackerel_cs.continues_last_build() or (model.test_metadata or {}).name in of_the_whole -%}
        {{ return('') }}
    {%- endif -%}
    {#- One node by its name: the graph makes each one it is asked for anew, and to search it at every test took a tenth of a day's build. -#}
    {%- set tested = graph.nodes[model.attached_node] -%}
    {%- set meta = tested.config.meta -%}
    {#- A view has no strategy: it says which rows a build has recomputed. -#}
    {%- set reach = meta.tested_rows or tested.config.incremental_strategy -%}
    {%- if reach in ('arrival', 'arrival_counts') -%}
        {{ mackerel_cs.arrived_since_last_build() }}
    {%- elif reach == 'touched_days' -%}
        (organization_id, {{ meta.date_column }}) in (
            select organization_id, touched_date from intermediate.int_touched_days
        )
    {%- elif reach == 'onward' -%}
        exists (
            select 1
            from intermediate.int_touched_organizations as touched
            where
                touched.organization_id = all_rows.organization_id
                and touched.touched_from_date <= all_rows.{{ meta.date_column }}
        )
    {%- elif reach == 'touched_keys' -%}
        {%- set keys = meta['keys'] | join(', ') -%}
        ({{ keys }}) in (select {{ keys }} from {{ meta.scope }})
    {%- endif -%}
{%- endmacro %}
