{#-
    Incremental strategies: which rows of a model give way before the recomputed ones are inserted. Each is the other half of a macro of
    reach.sql. On DuckDB the statements are one transaction. Where an engine has none and a build dies between them, the record of good
    builds stays as it was: the next build deletes at least the same rows and computes them again.
-#}

{% macro insert_recomputed(arg_dict) -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
{%- endmacro %}

{#- The rows of the organizations that `source` lists (found), where the date `meta.date_column` names is `those`. -#}
{% macro delete_dates(arg_dict, source, those) -%}
    {{ return(delete_matching(
        arg_dict['target_relation'], source,
        'old_rows.organization_id = found.organization_id and old_rows.' ~ config.get('meta')['date_column'] ~ ' ' ~ those
    )) }}
{%- endmacro %}

{#- Rows by landing_number: what an unfinished build took in, and events another delivery of which counts now; in a backfill its window too. -#}
{% macro get_incremental_arrival_sql(arg_dict) -%}
    {{ statements(mackerel_cs.delete_arrivals(arg_dict) + [mackerel_cs.insert_recomputed(arg_dict)]) }}
{%- endmacro %}

{% macro delete_arrivals(arg_dict) -%}
    {%- set delete_rows = 'delete from ' ~ arg_dict['target_relation'] ~ ' where ' -%}
    {%- set texts = [delete_rows ~ mackerel_cs.arrived_since_last_build()] -%}
    {%- if 'event_key' in arg_dict['dest_columns'] | map(attribute='name') -%}
        {%- do texts.append(delete_rows ~ 'event_key in (select event_key from landing.land_replaced_events)') -%}
    {%- endif -%}
    {%- if mackerel_cs.is_read_again() -%}
        {%- do texts.append(delete_rows ~ mackerel_cs.tells_of_backfill()) -%}
    {%- endif -%}
    {{ return(texts) }}
{%- endmacro %}

{#- Rows by landing_number, counted: as `arrival`, and those of repaired days, which are counted again. `meta.date_column` names the date. -#}
{% macro get_incremental_arrival_counts_sql(arg_dict) -%}
    {%- set delete_repaired = mackerel_cs.delete_dates(arg_dict, 'intermediate.int_repaired_days', '= found.repaired_date') -%}
    {{ statements([delete_repaired] + mackerel_cs.delete_arrivals(arg_dict) + [mackerel_cs.insert_recomputed(arg_dict)]) }}
{%- endmacro %}

{#- Rows of touched (organization, date) pairs; `meta.date_column` names the date. -#}
{% macro get_incremental_touched_days_sql(arg_dict) -%}
    {%- set delete_touched = mackerel_cs.delete_dates(arg_dict, 'intermediate.int_touched_days', '= found.touched_date') -%}
    {{ statements([delete_touched, mackerel_cs.insert_recomputed(arg_dict)]) }}
{%- endmacro %}

{#- Rows of organizations from their earliest touched date on; `meta.date_column` names the date. -#}
{% macro get_incremental_onward_sql(arg_dict) -%}
    {%- set delete_touched = mackerel_cs.delete_dates(arg_dict, 'intermediate.int_touched_organizations', '>= found.touched_from_date') -%}
    {{ statements([delete_touched, mackerel_cs.insert_recomputed(arg_dict)]) }}
{%- endmacro %}

{#- Rows of the keys `meta.keys` that `meta.scope` lists, and of those recomputed for a reason of the model's own. -#}
{% macro get_incremental_touched_keys_sql(arg_dict) -%}
    {%- set meta = config.get('meta') -%}
    {%- set keys = meta['keys'] | join(', ') -%}
    {%- set delete_touched -%}
        delete from {{ arg_dict['target_relation'] }}
        where ({{ keys }}) in (
            select {{ keys }} from {{ meta['scope'] }}
            union distinct
            select {{ keys }} from {{ arg_dict['temp_relation'] }}
        )
    {%- endset -%}
    {{ statements([delete_touched, mackerel_cs.insert_recomputed(arg_dict)]) }}
{%- endmacro %}
