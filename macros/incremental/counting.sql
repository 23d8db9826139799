{#-
    For models that count events by landing (strategy arrival_counts): what came is counted with its landing, and a day of which something
    no longer counts is counted again, landing by landing.
-#}

{#- The pre-hook of such a model: since when an event of a repaired day can have been received. -#}
{% macro ask_for_repaired_days() -%}
    {%- if is_incremental() -%}
        {{ ask_before('repaired_from', mackerel_cs.repaired_from(mackerel_cs.scope('int_repaired_days'))) }}
    {%- endif -%}
{%- endmacro %}

{#- A query: the events such a model reads. Of repaired days it may find a few more than it has to count: is_to_be_counted() tells. -#}
{% macro events_to_count() -%}
    {#- Asked for in any case: dbt has to know that it is built before. -#}
    {%- set repaired_days = mackerel_cs.scope('int_repaired_days') -%}
    select * from {{ ref('land_events') }}
    where {{ mackerel_cs.is_new() }}
    {%- if is_incremental() %}
        {#- No event of a repaired day was received much before it: older ones need not be read. #}
        {%- set may_be_repaired -%}
            not {{ mackerel_cs.is_new() }}
            and received_at >= {{ asked_before('repaired_from', mackerel_cs.repaired_from(repaired_days)) }}
            and {{ business_date('occurred_at') }} in (select repaired_date from {{ repaired_days }})
        {%- endset %}
        union all
        -- What came earlier is counted again only on days of which something no longer counts.
        select * from {{ ref('land_events') }}
        where
            {{ may_be_repaired }}
            and organization_id in (select organization_id from {{ repaired_days }})
        union all
        -- The same of those that a name gives their organization.
        select * from {{ ref('land_events') }}
        where
            {{ may_be_repaired }}
            and organization_id is null
    {%- endif %}
{%- endmacro %}

{#- Whether a row of these, with its organization found, is new or of a repaired day. -#}
{% macro is_to_be_counted(date_column) -%}
    {%- if is_incremental() -%}
        (
            {{ mackerel_cs.is_new() }}
            or (organization_id, {{ date_column }}) in (
                select
                    organization_id,
                    repaired_date
                from {{ mackerel_cs.scope('int_repaired_days') }}
            )
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
