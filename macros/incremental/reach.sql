{#-
    How far a day's arrivals reach. Each incremental model reads just the rows these macros leave of its inputs, and its strategy
    (strategies.sql) replaces just those rows of its own. Where everything is made anew they leave every row.
-#}

{#- A model that decides what is recomputed. A unit test has no such model: it tests the whole computation. -#}
{% macro scope(model_name) -%}
    {{ return(none if model.resource_type == 'unit_test' else ref(model_name)) }}
{%- endmacro %}

{#- Whether a row of landing or staging arrived since the last good build, or lies in the window of a backfill. -#}
{% macro is_new(column='landing_number') -%}
    {%- if is_incremental() and mackerel_cs.is_read_again() -%}
        ({{ mackerel_cs.arrived_since_last_build(column) }} or {{ mackerel_cs.tells_of_backfill() }})
    {%- elif is_incremental() -%}
        {{ mackerel_cs.arrived_since_last_build(column) }}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#- The same for models that list what has to be recomputed: where everything is made anew, nothing has to be listed. -#}
{% macro is_late_news(column='landing_number') -%}
    {%- if mackerel_cs.continues_last_build() -%}
        {{ mackerel_cs.arrived_since_last_build(column) }}
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

{#-
    Whether a moment lies on a day that was not over at the last good build, or up to `hours_before` before it; for models that list what
    has to be recomputed.
-#}
{% macro is_after_last_build(column, hours_before=0) -%}
    {%- if mackerel_cs.continues_last_build() -%}
        {{ column }} >= {{ mackerel_cs.last_build_end() }}
        {%- if hours_before %} - interval '{{ hours_before }}' hour{% endif %}
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

{#- The same of a date. -#}
{% macro is_date_after_last_build(column) -%}
    {{ column ~ ' > ' ~ mackerel_cs.last_build('as_of_date') if mackerel_cs.continues_last_build() else 'false' }}
{%- endmacro %}

{#- A query: the last date that both the last good build and this one show (shown_date), and the moment at which it is over (shown_until). -#}
{% macro shown_by_both() -%}
    select
        shown.shown_date,
        {{ business_day_start("shown.shown_date + interval '1' day") }} as shown_until
    from (
        select least(as_of_date, {{ mackerel_cs.last_build('as_of_date') }}) as shown_date
        from {{ ref('int_as_of') }}
    ) as shown
{%- endmacro %}

{#- Rows of the (organization, business date) pairs that were touched. -#}
{% macro on_touched_days(relation, date_column) -%}
    {%- set touched_days = mackerel_cs.scope('int_touched_days') -%}
    {{ mackerel_cs.rows_on_touched_days(relation, date_column, touched_days) if is_incremental() else relation }}
{%- endmacro %}

{#- Rows of an organization from its earliest touched date on, and of `days_before` days before it where a row looks back. -#}
{% macro onward(relation, date_column, days_before=0) -%}
    {%- set touched = mackerel_cs.scope('int_touched_organizations') -%}
    {{ mackerel_cs.rows_onward(relation, date_column, touched, days_before) if is_incremental() else relation }}
{%- endmacro %}

{#- A query: since when what happened on a repaired day can have been received. Null where no day is repaired. -#}
{% macro repaired_from(repaired_days) -%}
    select {{ business_day_start('min(repaired_date)') }} - interval '{{ var("clock_skew_hours") }}' hour
    from {{ repaired_days }}
{%- endmacro %}

{#- Rows whose keys the model `scope_name` lists. -#}
{% macro of_touched(relation, scope_name, keys) -%}
    {%- set touched = mackerel_cs.scope(scope_name) -%}
    {{ mackerel_cs.rows_of_keys(relation, keys, touched) if is_incremental() else relation }}
{%- endmacro %}

{#- The same rows as from-clause items, whatever the build; `touched` says what is touched, a row each. -#}
{% macro rows_on_touched_days(relation, date_column, touched) -%}
    (
        select scoped.*
        from {{ relation }} as scoped
        inner join {{ touched }} as touched
            on scoped.organization_id = touched.organization_id and scoped.{{ date_column }} = touched.touched_date
    ) as scoped_rows
{%- endmacro %}

{% macro rows_onward(relation, date_column, touched, days_before=0) -%}
    (
        select scoped.*
        from {{ relation }} as scoped
        inner join {{ touched }} as touched
            on
                scoped.organization_id = touched.organization_id
                and scoped.{{ date_column }} >= touched.touched_from_date - {{ days_before }}
    ) as scoped_rows
{%- endmacro %}

{% macro rows_of_keys(relation, keys, touched) -%}
    (
        select scoped.*
        from {{ relation }} as scoped
        where ({{ keys | join(', ') }}) in (select {{ keys | join(', ') }} from {{ touched }})
    ) as scoped_rows
{%- endmacro %}
