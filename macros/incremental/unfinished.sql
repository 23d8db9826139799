{#-
    What builds have listed to be recomputed since the last good one. A build that dies, or is red, leaves rows in the models. When the next one
    has got more files, an event those rows were made of may have given way to another delivery, of another day, host or organization:
    nothing that is there now would list them. So each build recomputes what those before it did, until one is good.
-#}

{% macro unfinished(node) -%}
    {{ return(api.Relation.create(database=target.database, schema='operations', identifier='unfinished_' ~ node.name, type='table')) }}
{%- endmacro %}

{#- Post-hook of the models that list what has to be recomputed. -#}
{% macro complete_scope() -%}
    {%- if execute and mackerel_cs.continues_last_build() -%}
        {{ mackerel_cs.widen_scope() }}
        {{ mackerel_cs.list_unfinished() }}
    {%- endif -%}
{%- endmacro %}

{#- Adds what earlier builds have listed; what is touched from a date on is so from the earliest of them. -#}
{% macro list_unfinished() -%}
    {%- set unfinished = mackerel_cs.unfinished(model) -%}
    {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
    {%- set keys = columns | reject('equalto', 'touched_from_date') | join(', ') -%}
    {%- set dated = ', min(touched_from_date)' if 'touched_from_date' in columns -%}
    {{ statements([
        'insert into ' ~ unfinished ~ ' (' ~ columns | join(', ') ~ ') select ' ~ columns | join(', ') ~ ' from ' ~ this,
        'delete from ' ~ this ~ ' where true',
        'insert into ' ~ this ~ ' (' ~ keys ~ (', touched_from_date' if dated) ~ ') select ' ~ keys ~ dated ~ ' from ' ~ unfinished
        ~ ' group by ' ~ keys,
    ]) }}
{%- endmacro %}

{#- After a good build nothing of a model that has this post-hook is unfinished. -#}
{% macro finish_scope(node) -%}
    create or replace table {{ mackerel_cs.unfinished(node) }} {{ table_format_clause() }} as
    select * from {{ api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) }}
    where false
{%- endmacro %}
