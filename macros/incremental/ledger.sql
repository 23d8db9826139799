{#-
    The ledger: the raw files that the last good build had landed. The raw log is append-only; a file that has changed or vanished since
    is no arrival, and what was made of it cannot be taken back bit by bit. `mackerel-cs build` asks the same before it starts dbt, and
    says it in the same words (ledger.py).
-#}

{#- on-run-start: a compiler error when a landed file has changed or vanished, or the warehouse is of another version of this project. -#}
{% macro check_ledger() -%}
    {%- if execute and flags.WHICH in ('build', 'run') -%}
        {%- do mackerel_cs.check_warehouse_format() -%}
        {%- set files = source('raw', 'files') -%}
        {%- if not flags.FULL_REFRESH and not flags.EMPTY and mackerel_cs.is_recorded('remembered_land_files') -%}
            {%- set lost = run_query(mackerel_cs.lost_files('operations.remembered_land_files', files)).columns[0].values() -%}
            {%- if lost -%}
                {{ exceptions.raise_compiler_error(
                    lost | length ~ ' raw file(s) that had been landed have changed or gone: ' ~ lost[:5] | join(', ')
                    ~ (' and ' ~ (lost | length - 5) ~ ' more' if lost | length > 5 else '')
                    ~ '\nPut them back as they were, or take the raw log as it is now: `mackerel-cs build --full-refresh`. '
                    ~ 'What is published stays as it was.'
                ) }}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- Files of `ledger` that the raw log does not hold as they were. -#}
{% macro lost_files(ledger, files) -%}
    select landed.file_path
    from {{ ledger }} as landed
    left join {{ files }} as files
        on
            landed.file_path = files.file_path
            and landed.size_bytes = files.size_bytes
            and landed.content_sha256 = files.content_sha256
    where files.file_path is null
    order by landed.file_path
{%- endmacro %}

{#-
    True when an unfinished build had landed files that are no longer there as they were: what it made of them would stay, so that
    everything has to be made anew.
-#}
{% macro holds_lost_arrivals() -%}
    {%- set arrivals -%}
        (
            select * from landing.land_files
            where {{ mackerel_cs.arrived_since_last_build() }}
        )
    {%- endset -%}
    {{ return(run_query(mackerel_cs.lost_files(arrivals, source('raw', 'files'))).rows | length > 0) }}
{%- endmacro %}

{#- A compiler error when the warehouse was laid out by another version of this project. -#}
{% macro check_warehouse_format() -%}
    {%- if mackerel_cs.is_recorded('good_builds') -%}
        {%- set laid_out = run_query(
            'select max(format_number) = ' ~ build_variable('warehouse_format') ~ ' from operations.warehouse_format'
        ).rows[0][0] if mackerel_cs.is_recorded('warehouse_format') else false -%}
        {%- if laid_out is not true -%}
            {{ exceptions.raise_compiler_error(
                'The warehouse was made by another version of mackerel-cs.\n'
                ~ 'Move it away or delete it: a build makes it anew from the raw log, and what is published stays readable meanwhile.'
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
