{#-
    The lines of the raw log, as a query: file_path, line_number (from 1), landing_number, received_date, raw_text (the line), damage (null, or what
    the inspection found broken in the line). Three routes, named in landing.land_files: text files are read as they lie,
    Parquet files give back the line they stand for, and files with something broken in them are read from the copy the inspection repaired.
    A model that reads it runs prepare_raw_lines() before, require_whole_files() in the same transaction and number_raw_lines() after.
-#}
{% macro raw_lines(files) -%}
    {{ return(adapter.dispatch('raw_lines', 'mackerel_cs')(files)) }}
{%- endmacro %}

{#- No line holds this text by chance, so that a line is always one column. -#}
{% macro duckdb_no_delimiter() %}{{ return('\x1f\x1e\x1f\x1e') }}{% endmacro %}

{% macro duckdb__raw_lines(files) -%}
    {%- set found -%}
    (
        select filename as read_path, cast(null as bigint) as line_number, line as raw_text, cast(null as varchar) as damage
        from read_csv(
            getvariable('raw_text_files'), columns = {'line': 'varchar'}, header = false, auto_detect = false,
            delim = '{{ mackerel_cs.duckdb_no_delimiter() }}', quote = '', escape = '', strict_mode = false,
            filename = true, max_line_size = 2097152
        )
        union all
        select filename, file_row_number + 1, {{ mackerel_cs.parquet_row_as_line() }}, null
        from read_parquet(getvariable('raw_parquet_files'), filename = true, file_row_number = true, union_by_name = true)
        union all
        select filename, line_number, raw_text, damage
        from read_parquet(getvariable('raw_repaired_files'), filename = true)
    )
    {%- endset -%}
    {{ mackerel_cs.lines_of_files(found, files) }}
{%- endmacro %}

{% macro spark__raw_lines(files) -%}
    {{ mackerel_cs.lines_of_files('raw_lines', files) }}
{%- endmacro %}

{#-
    BigQuery reads files itself, but tells no line's number: rows of an external table have no order. So the inspection would write each
    file's lines with their numbers as Parquet to a bucket, and `raw.lines` is the external table over these (see find_raw_files).
-#}
{% macro bigquery__raw_lines(files) -%}
    {{ mackerel_cs.lines_of_files('raw.lines', files) }}
{%- endmacro %}

{#- Lines as they were read (`found`: read_path, line_number, raw_text, damage), with what the inspection says of their files. -#}
{% macro lines_of_files(found, files) -%}
    select files.file_path, lines.line_number, files.landing_number, files.received_date, lines.raw_text, lines.damage
    from {{ found }} as lines
    inner join {{ files }} as files on lines.read_path = files.read_path
{%- endmacro %}

{#- The line that a row of a Parquet file stands for: the envelope's attributes that it has, and `data`, which is JSON already. -#}
{% macro parquet_row_as_line() -%}
    '{' || concat_ws(
        ',',
        {%- for attribute in ['specversion', 'id', 'source', 'type', 'time', 'receivedtime', 'orgid'] %}
        '"{{ attribute }}":' || {{ mackerel_cs.json_quoted(attribute) }},
        {%- endfor %}
        '"data":' || data
    ) || '}'
{%- endmacro %}

{#- The path in what Spark says of a file: file:/a/b, or file:///a/b. -#}
{% macro spark_local_path(column) -%}
    regexp_replace({{ column }}, '^file:/+', '/')
{%- endmacro %}

{#- For each route a pattern that names its files; always the empty one, so that there is one. -#}
{% macro spark_paths(files) -%}
    {%- set empty = env_var('MACKEREL_CS_SPARK_LANDING', '') ~ '/empty/' -%}
    {%- set paths = {
        'text': [empty ~ 'empty.jsonl'], 'parquet': [empty ~ 'empty.parquet'], 'repaired': [empty ~ 'empty_repaired.parquet'],
    } -%}
    {%- if execute -%}
        {%- for row in run_query('select read_route, read_path from ' ~ files ~ ' as files order by file_path').rows -%}
            {%- do paths[row[0]].append(row[1]) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set patterns = {} -%}
    {%- for route, listed in paths.items() -%}
        {%- do patterns.update({route: '/{' ~ (listed | join(','))[1:] | replace(',/', ',') ~ '}'}) -%}
    {%- endfor -%}
    {{ return(patterns) }}
{%- endmacro %}

{#- Statements that run before raw_lines(), on the same connection. -#}
{% macro prepare_raw_lines(files) -%}
    {{ return(adapter.dispatch('prepare_raw_lines', 'mackerel_cs')(files)) }}
{%- endmacro %}

{#-
    A list of files may not be empty, so each begins with the empty file the inspection keeps for that. DuckDB would gather the last few rows
    of files (a vector of less than 64) behind all others: then they would not lie in the order by which they are numbered.
-#}
{% macro duckdb__prepare_raw_lines(files) -%}
    set enable_caching_operators = false;
    {%- set empty = env_var('MACKEREL_CS_DATA', 'data') ~ '/landing/empty/' -%}
    {%- for route, file in [('text', 'empty.jsonl'), ('parquet', 'empty.parquet'), ('repaired', 'empty_repaired.parquet')] %}
    set variable raw_{{ route }}_files = list_prepend('{{ empty ~ file }}', coalesce(
        (select list(read_path order by file_path) from {{ files }} as files where read_route = '{{ route }}'), []
    ));
    {%- endfor %}
{%- endmacro %}

{#-
    A view of this session. Files are named as one pattern, /{a,b,c}: what a name would need escapes for is read from a copy (`mackerel_cs.spark`
    sees to that). The rows of a file stand in its blocks, and in a block in the order of the file.
-#}
{% macro spark__prepare_raw_lines(files) -%}
    {%- set paths = mackerel_cs.spark_paths(files) -%}
    create or replace temporary view raw_lines as
    select
        read_path,
        cast(row_number() over (partition by read_path order by block_start, row_id) as bigint) as line_number,
        raw_text,
        cast(null as string) as damage
    from (
        select
            {{ mackerel_cs.spark_local_path('_metadata.file_path') }} as read_path,
            _metadata.file_block_start as block_start,
            monotonically_increasing_id() as row_id,
            value as raw_text
        from text.`{{ paths['text'] }}`
    ) as text_lines
    union all
    select
        {{ mackerel_cs.spark_local_path('_metadata.file_path') }},
        _metadata.row_index + 1,
        {{ mackerel_cs.parquet_row_as_line() }},
        cast(null as string)
    from parquet.`{{ paths['parquet'] }}`
    union all
    select {{ mackerel_cs.spark_local_path('_metadata.file_path') }}, line_number, raw_text, damage
    from parquet.`{{ paths['repaired'] }}`
{%- endmacro %}

{% macro bigquery__prepare_raw_lines(files) -%}
{%- endmacro %}

{#-
    The statement that runs in the transaction in which raw_lines() was written to `relation`: fails, and names them, when files are
    longer now than the inspection saw them or gave other lines than it counted.
-#}
{% macro require_whole_files(relation, files) -%}
    {{ return(adapter.dispatch('require_whole_files', 'mackerel_cs')(relation, files)) }}
{%- endmacro %}

{#- A repaired copy is our own and does not grow. -#}
{% macro duckdb__require_whole_files(relation, files) -%}
    with changed as (
        select files.file_path
        from {{ files }} as files
        inner join read_blob(list_concat(getvariable('raw_text_files'), getvariable('raw_parquet_files'))) as found
            on files.read_path = found.filename
        where found.size != files.size_bytes
        union
        {{ mackerel_cs.miscounted_files(relation, files) }}
    )

    select
        case
            when count(*) > 0
                then error('{{ mackerel_cs.changed_files_message(
                    "' || count(*) || '", "' || array_to_string(list(file_path order by file_path)[:5], ', ') || '"
                ) }}')
        end
    from changed
{%- endmacro %}

{#- A select that nobody fetches would not run: so it is fetched here. -#}
{% macro spark__require_whole_files(relation, files) -%}
    {%- if execute -%}
        {%- set changed = run_query(mackerel_cs.spark_changed_files(relation, files)).columns[0].values() -%}
        {%- if changed -%}
            {{ exceptions.raise_compiler_error(mackerel_cs.changed_files_message(changed | length, changed[:5] | join(', '))) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{% macro spark_changed_files(relation, files) -%}
    {%- set paths = mackerel_cs.spark_paths(files) -%}
    select files.file_path
    from {{ files }} as files
    inner join (
        select path, length from binaryFile.`{{ paths['text'] }}`
        union all
        select path, length from binaryFile.`{{ paths['parquet'] }}`
    ) as found
        on files.read_path = {{ mackerel_cs.spark_local_path('found.path') }}
    where found.length != files.size_bytes
    union
    {{ mackerel_cs.miscounted_files(relation, files) }}
    order by file_path
{%- endmacro %}

{#- An object in a bucket is replaced as a whole and never grows: what could differ is the lines found in it. -#}
{% macro bigquery__require_whole_files(relation, files) -%}
    select
        case
            when count(*) > 0
                then error('{{ mackerel_cs.changed_files_message(
                    "' || cast(count(*) as string) || '", "' || string_agg(file_path, ', ' order by file_path limit 5) || '"
                ) }}')
        end
    from ({{ mackerel_cs.miscounted_files(relation, files) }}) as changed
{%- endmacro %}

{#- Files of which `relation` holds other lines than the inspection counted. -#}
{% macro miscounted_files(relation, files) -%}
    select files.file_path
    from {{ files }} as files
    left join (
        select file_path, count(*) as line_count
        from {{ relation }}
        where landing_number >= (select min(landing_number) from {{ files }} as files)
        group by file_path
    ) as counted
        on files.file_path = counted.file_path
    where coalesce(counted.line_count, 0) != files.line_count
{%- endmacro %}

{#- As an engine's error says it: each puts in its own words for how many and which. -#}
{% macro changed_files_message(how_many, which) -%}
    {{ return(
        how_many ~ ' raw file(s) grew or changed while they were read: ' ~ which
        ~ '. Nothing of this build counts. Build again when they are complete.'
    ) }}
{%- endmacro %}

{#- The statement that runs after raw_lines() was written to `relation`. -#}
{% macro number_raw_lines(relation) -%}
    {{ return(adapter.dispatch('number_raw_lines', 'mackerel_cs')(relation)) }}
{%- endmacro %}

{#-
    Numbering lines while they are read would hold the whole landing on one thread. DuckDB keeps the order of the file in the table,
    so that a new line's number is its row's distance from the file's first row. What prepare_raw_lines() turned off for that goes on again:
    another model may come to this connection.
-#}
{% macro duckdb__number_raw_lines(relation) -%}
    update {{ relation }} as lines
    set line_number = lines.rowid - files.first_row + 1
    from (
        select file_path, min(rowid) as first_row
        from {{ relation }}
        where line_number is null
        group by file_path
    ) as files
    where lines.file_path = files.file_path and lines.line_number is null;
    reset enable_caching_operators;
{%- endmacro %}

{#- They are numbered as they are read. -#}
{% macro spark__number_raw_lines(relation) -%}
{%- endmacro %}

{% macro bigquery__number_raw_lines(relation) -%}
{%- endmacro %}
