{#-
    Incremental strategies: which rows of a model give way before the recomputed ones are inserted. Each is the other half of a macro of
    reach.sql, and both statements are one transaction.
-#}

{% macro insert_recomputed(arg_dict) -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }};
{%- endmacro %}

{#- Rows by landing_number: what an unfinished build took in, and events another delivery of which counts now; in a backfill its window too. -#}
{% macro get_incremental_arrival_sql(arg_dict) -%}
    delete from {{ arg_dict['target_relation'] }}
    where {{ mackerel_cs.arrived_since_last_build() }};
    {%- if 'event_key' in arg_dict['dest_columns'] | map(attribute='name') %}
    delete from {{ arg_dict['target_relation'] }}
    where event_key in (select event_key from landing.land_replaced_events);
    {%- endif %}
    {%- if mackerel_cs.is_read_again() %}
    delete from {{ arg_dict['target_relation'] }}
    where {{ mackerel_cs.tells_of_backfill() }};
    {%- endif %}
    {{ mackerel_cs.insert_recomputed(arg_dict) }}
{%- endmacro %}

{#- Rows by landing_number, counted: as `arrival`, and those of repaired days, which are counted again. `meta.date_column` names the date. -#}
{% macro get_incremental_arrival_counts_sql(arg_dict) -%}
    delete from {{ arg_dict['target_relation'] }} as old_rows
    using intermediate.int_repaired_days as repaired
    where
        old_rows.organization_id = repaired.organization_id
        and old_rows.{{ config.get('meta')['date_column'] }} = repaired.repaired_date;
    {{ mackerel_cs.get_incremental_arrival_sql(arg_dict) }}
{%- endmacro %}

{#- Rows of touched (organization, date) pairs; `meta.date_column` names the date. -#}
{% macro get_incremental_touched_days_sql(arg_dict) -%}
    delete from {{ arg_dict['target_relation'] }} as old_rows
    using intermediate.int_touched_days as touched
    where
        old_rows.organization_id = touched.organization_id
        and old_rows.{{ config.get('meta')['date_column'] }} = touched.touched_date;
    {{ mackerel_cs.insert_recomputed(arg_dict) }}
{%- endmacro %}

{#- Rows of organizations from their earliest touched date on; `meta.date_column` names the date. -#}
{% macro get_incremental_onward_sql(arg_dict) -%}
    delete from {{ arg_dict['target_relation'] }} as old_rows
    using intermediate.int_touched_organizations as touched
    where
        old_rows.organization_id = touched.organization_id
        and old_rows.{{ config.get('meta')['date_column'] }} >= touched.touched_from_date;
    {{ mackerel_cs.insert_recomputed(arg_dict) }}
{%- endmacro %}

{#- Rows of the keys `meta.keys` that `meta.scope` lists, and of those recomputed for a reason of the model's own. -#}
{% macro get_incremental_touched_keys_sql(arg_dict) -%}
    {%- set meta = config.get('meta') -%}
    {%- set keys = meta['keys'] | join(', ') -%}
    delete from {{ arg_dict['target_relation'] }}
    where ({{ keys }}) in (
        select {{ keys }} from {{ meta['scope'] }}
        union
        select {{ keys }} from {{ arg_dict['temp_relation'] }}
    );
    {{ mackerel_cs.insert_recomputed(arg_dict) }}
{%- endmacro %}
