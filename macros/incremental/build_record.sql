{#-
    What is known of the last good build, and whether this one goes on from it. A good build is a whole one: every model was
    built and no test was red. `operations.good_builds` has a row for each; `operations.remembered_<model>` is a model's content as
    the last good build left it. Both are written in one transaction at the end, so that a build that dies leaves them as they were
    and the next one takes in again whatever came since.
-#}

{% macro good_builds() -%}
    {{ return(api.Relation.create(database=target.database, schema='operations', identifier='good_builds', type='table')) }}
{%- endmacro %}

{#- The vars that decide what a build holds: with another value, nothing of an earlier build can stand. -#}
{% macro deciding_vars() -%}
    {{ return([
        'as_of_date', 'business_timezone', 'clock_skew_hours', 'first_possible_date', 'fiscal_year_start_month', 'known_at',
        'last_possible_date', 'session_gap_minutes', 'state_difference_limit', 'week_start',
    ]) }}
{%- endmacro %}

{#- SQL text: the values of the vars that decide, such as 'as_of_date=; business_timezone=Asia/Tokyo'. -#}
{% macro given_vars() -%}
    {%- set given = [] -%}
    {%- for name in mackerel_cs.deciding_vars() -%}
        {%- do given.append(name ~ '=' ~ var(name)) -%}
    {%- endfor -%}
    '{{ given | join("; ") | replace("'", "''") }}'
{%- endmacro %}

{#-
    SQL text: the fingerprint of the project's files (set by the plugin), the vars and the engine's version. The command line computes
    the same (fingerprint.py), so that it need not start dbt where nothing is new.
-#}
{% macro build_fingerprint() -%}
    md5(concat_ws('|', {{ build_variable('project_fingerprint') }}, version(), {{ mackerel_cs.given_vars() }}))
{%- endmacro %}

{#- What stands in place of a fingerprint while no build may go on from what the warehouse holds, or only a backfill may. -#}
{% macro superseded() -%}{{ return('superseded') }}{%- endmacro %}
{% macro backfilling() -%}{{ return('backfilling') }}{%- endmacro %}

{#-
    on-run-start: settles whether this build goes on from the last good one, and makes the record. Where everything is made anew, no
    earlier build may be gone on from any more, even if this one dies half-way. The parts of the fingerprint are kept beside it, to say why.
-#}
{% macro open_build_record() -%}
    {%- set goes_on = mackerel_cs.can_continue() -%}
    {#- The graph is what all nodes of an invocation share: asked at each of them, the answer would cost a quarter of a day's build. -#}
    {%- do graph.update({'continues_last_build': goes_on}) -%}
    {%- set texts = [
        'create schema if not exists operations', mackerel_cs.create_warehouse_format(), mackerel_cs.create_good_builds(),
    ] -%}
    {%- if flags.WHICH in ('build', 'run') and not goes_on -%}
        {%- do texts.append(mackerel_cs.supersede_builds()) -%}
    {%- endif -%}
    {{ statements(texts) }}
{%- endmacro %}

{% macro create_warehouse_format() -%}
    create table if not exists operations.warehouse_format {{ table_format_clause() }} as
    select {{ build_variable('warehouse_format') }} as format_number
{%- endmacro %}

{% macro create_good_builds() -%}
    create table if not exists {{ mackerel_cs.good_builds() }} (
        build_number bigint not null,
        landing_number bigint not null,
        as_of_date date not null,
        log_start_date date not null,
        known_at timestamp not null,
        ledger_hash string not null,
        build_fingerprint string not null,
        project_fingerprint string not null,
        engine_version string not null,
        given_vars string not null,
        guards_fingerprint string not null
        {{- primary_key_clause('build_number') }}
    ) {{ table_format_clause() }}
{%- endmacro %}

{#- From now on no build goes on from an earlier one. -#}
{% macro supersede_builds() -%}
    update {{ mackerel_cs.good_builds() }} set build_fingerprint = '{{ mackerel_cs.superseded() }}'
{%- endmacro %}

{#- No build goes on from an earlier one until release_builds() has run. -#}
{% macro hold_builds() -%}
    update {{ mackerel_cs.good_builds() }} set build_fingerprint = concat('held ', build_fingerprint) where true
{%- endmacro %}

{#- What was held is as it was again: a publication tells by it which build came before. -#}
{% macro release_builds() -%}
    update {{ mackerel_cs.good_builds() }} set build_fingerprint = replace(build_fingerprint, 'held ', '') where true
{%- endmacro %}

{#-
    True when this build takes in what came since the last good one; false when everything is made anew: no good build, another
    project, other vars or another version of the engine, `--full-refresh`, `--empty`. A backfill goes on from a build of another project.
-#}
{% macro can_continue() -%}
    {%- if not execute or flags.FULL_REFRESH or flags.EMPTY or flags.WHICH not in ('build', 'run') -%}
        {{ return(false) }}
    {%- endif -%}
    {%- if not mackerel_cs.is_recorded('good_builds') -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set expected = "'" ~ mackerel_cs.backfilling() ~ "'" if var('backfill') else mackerel_cs.build_fingerprint() -%}
    {%- set found = run_query(
        'select max_by(build_fingerprint, build_number) = ' ~ expected ~ ' from ' ~ mackerel_cs.good_builds()
    ) -%}
    {{ return(found.rows[0][0] is true and not mackerel_cs.holds_lost_arrivals()) }}
{%- endmacro %}

{#- What can_continue() has answered at the build's beginning; false to a unit test, which says itself which build it is about. -#}
{% macro continues_last_build() -%}
    {{ return(execute and model.resource_type != 'unit_test' and graph.get('continues_last_build', false)) }}
{%- endmacro %}

{#- dbt asks this before every incremental model. -#}
{% macro should_full_refresh() -%}
    {%- set configured = config.get('full_refresh') -%}
    {{ return(configured if configured is not none else not mackerel_cs.continues_last_build()) }}
{%- endmacro %}

{#- A value of the last good build, as SQL. -#}
{% macro last_build(column) -%}
    (select max_by({{ column }}, build_number) from {{ mackerel_cs.good_builds() }})
{%- endmacro %}

{#- Whether a row of landing or staging is none the last good build knew of. -#}
{% macro arrived_since_last_build(column='landing_number') -%}
    {{ column }} > {{ mackerel_cs.last_build('landing_number') }}
{%- endmacro %}

{#- The moment at which the last day was over that the last good build could show. -#}
{% macro last_build_end() -%}
    {{ business_day_start(mackerel_cs.last_build("as_of_date + interval '1' day")) }}
{%- endmacro %}

{#- A model's content as the last good build left it; where everything is made anew, the model itself: nothing has changed then. -#}
{% macro remembered(model_name) -%}
    {%- set current = ref(model_name) -%}
    {%- if mackerel_cs.continues_last_build() -%}
        {{ return(api.Relation.create(
            database=target.database, schema='operations', identifier='remembered_' ~ model_name, type='table'
        )) }}
    {%- endif -%}
    {{ return(current) }}
{%- endmacro %}

{#- Rows of `columns` that the model holds or held at the last good build. -#}
{% macro known_rows(model_name, columns) -%}
    {%- set listed = columns | join(', ') -%}
    (
        select {{ listed }} from {{ ref(model_name) }}
        union distinct
        select {{ listed }} from {{ mackerel_cs.remembered(model_name) }}
    )
{%- endmacro %}

{#- Rows of `columns` that the model holds more or less often than at the last good build. -#}
{% macro changed_rows(model_name, columns) -%}
    {%- set listed = columns | join(', ') -%}
    (
        select {{ listed }}
        from (
            select {{ listed }}, 1 as more_often from {{ ref(model_name) }}
            union all
            select {{ listed }}, -1 as more_often from {{ mackerel_cs.remembered(model_name) }}
        ) as then_and_now
        group by {{ listed }}
        having sum(more_often) != 0
    )
{%- endmacro %}

{#- on-run-end: after a good build, its record and what the next one has to remember. -#}
{% macro close_build_record(results) -%}
    {%- if execute and flags.WHICH in ('build', 'run') and not flags.EMPTY -%}
        {%- set done = [] -%}
        {%- set failed = [] -%}
        {%- for result in results -%}
            {%- do (done if result.status in ('success', 'pass', 'warn') else failed).append(result.node.unique_id) -%}
        {%- endfor -%}
        {%- set models = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | list -%}
        {%- if not failed and not (models | map(attribute='unique_id') | reject('in', done) | list) -%}
            {{ mackerel_cs.good_build_statements(models) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{% macro good_build_statements(models) -%}
    {%- set texts = [] -%}
    {%- for node in models -%}
        {%- if 'complete_scope' in node.config['post-hook'] | map(attribute='sql') | join -%}
            {%- do texts.append(mackerel_cs.finish_scope(node)) -%}
        {%- endif -%}
        {%- if node.config.meta.get('is_remembered') -%}
            {%- do texts.append(mackerel_cs.remember(node)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do texts.append(mackerel_cs.record_good_build()) -%}
    {{ all_or_none(mackerel_cs.hold_builds(), texts, mackerel_cs.release_builds()) }}
{%- endmacro %}

{% macro remember(node) -%}
    create or replace table operations.remembered_{{ node.name }} {{ table_format_clause() }} as
    select * from {{ api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) }}
{%- endmacro %}

{% macro record_good_build() -%}
    insert into {{ mackerel_cs.good_builds() }}
    select
        coalesce((select max(build_number) from {{ mackerel_cs.good_builds() }}), 0) + 1,
        coalesce((select max(landing_number) from landing.land_files), 0),
        as_of.as_of_date,
        as_of.log_start_date,
        as_of.known_at,
        (select {{ hashed_text(joined_lines("file_path || ' ' || content_sha256", 'file_path')) }} from landing.land_files),
        {% if var('backfill') -%}
            -- The window is made in steps: what the whole of it was made by is recorded after the last one.
            '{{ mackerel_cs.backfilling() }}'
        {%- else -%}
            {{ mackerel_cs.build_fingerprint() }}
        {%- endif %},
        {{ build_variable('project_fingerprint') }},
        version(),
        {{ mackerel_cs.given_vars() }},
        {{ build_variable('guards_fingerprint') }}
    from intermediate.int_as_of as as_of
{%- endmacro %}
