{#- Time. Every timestamp column is a UTC timestamp without a zone; every date is a date in the business zone. -#}

{#- RFC 3339 text as a UTC timestamp; null where it is none (a zone is required). -#}
{% macro parse_timestamp(column) -%}
    {{ return(adapter.dispatch('parse_timestamp', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__parse_timestamp(column) -%}
    case
        -- What nearly every producer writes, without the cost of a zone.
        when {{ column }} like '____-__-__T__:__:__%Z' then try_cast({{ column }} as timestamp)
        when regexp_matches({{ column }}, '^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}.*([Zz]|[+-]\d{2}:\d{2})$')
            then timezone('UTC', try_cast({{ column }} as timestamptz))
    end
{%- endmacro %}

{#- No producer's clock says it, but DuckDB takes 24:00:00 and zones beyond 18 hours, and Spark does not. -#}
{% macro spark__parse_timestamp(column) -%}
    case
        when {{ column }} rlike
            '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]*)?(Z|[+-][0-9]{2}:[0-9]{2})$'
            then try_cast({{ column }} as timestamp)
    end
{%- endmacro %}

{#- BigQuery reads six places behind the second at most; what is finer is cut off, as on the other engines. -#}
{% macro bigquery__parse_timestamp(column) -%}
    case
        when regexp_contains(
            {{ column }},
            r'^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]([.][0-9]*)?(Z|[+-][0-9]{2}:[0-9]{2})$'
        )
            then safe_cast(regexp_replace({{ column }}, r'([.][0-9]{1,6})[0-9]*|[.]', r'\1') as timestamp)
    end
{%- endmacro %}

{#- Epoch seconds as a UTC timestamp; null where no calendar holds it. -#}
{% macro from_epoch_seconds(column) -%}
    {{ return(adapter.dispatch('from_epoch_seconds', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__from_epoch_seconds(column) -%}
    case when {{ column }} between 0 and 253402300799 then make_timestamp({{ column }} * 1000000) end
{%- endmacro %}

{% macro spark__from_epoch_seconds(column) -%}
    case when {{ column }} between 0 and 253402300799 then timestamp_seconds({{ column }}) end
{%- endmacro %}

{% macro bigquery__from_epoch_seconds(column) -%}
    case when {{ column }} between 0 and 253402300799 then timestamp_seconds({{ column }}) end
{%- endmacro %}

{#- Epoch milliseconds as a UTC timestamp; null where no calendar holds it. -#}
{% macro from_epoch_milliseconds(column) -%}
    {{ return(adapter.dispatch('from_epoch_milliseconds', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__from_epoch_milliseconds(column) -%}
    case when {{ column }} between 0 and 253402300799999 then make_timestamp({{ column }} * 1000) end
{%- endmacro %}

{% macro spark__from_epoch_milliseconds(column) -%}
    case when {{ column }} between 0 and 253402300799999 then timestamp_millis({{ column }}) end
{%- endmacro %}

{% macro bigquery__from_epoch_milliseconds(column) -%}
    case when {{ column }} between 0 and 253402300799999 then timestamp_millis({{ column }}) end
{%- endmacro %}

{#- The date in the business zone at a UTC timestamp. -#}
{% macro business_date(column) -%}
    {{ return(adapter.dispatch('business_date', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__business_date(column) -%}
    cast(timezone('{{ var("business_timezone") }}', timezone('UTC', {{ column }})) as date)
{%- endmacro %}

{% macro spark__business_date(column) -%}
    cast(from_utc_timestamp({{ column }}, '{{ var("business_timezone") }}') as date)
{%- endmacro %}

{% macro bigquery__business_date(column) -%}
    date({{ column }}, '{{ var("business_timezone") }}')
{%- endmacro %}

{#- The UTC timestamp at which a date of the business zone begins. -#}
{% macro business_day_start(column) -%}
    {{ return(adapter.dispatch('business_day_start', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__business_day_start(column) -%}
    timezone('UTC', timezone('{{ var("business_timezone") }}', cast({{ column }} as timestamp)))
{%- endmacro %}

{% macro spark__business_day_start(column) -%}
    to_utc_timestamp(cast({{ column }} as timestamp), '{{ var("business_timezone") }}')
{%- endmacro %}

{% macro bigquery__business_day_start(column) -%}
    timestamp({{ column }}, '{{ var("business_timezone") }}')
{%- endmacro %}

{#- Whole days from one date to another (negative when the second is earlier). -#}
{% macro days_between(start_date, end_date) -%}
    {{ return(adapter.dispatch('days_between', 'mackerel_cs')(start_date, end_date)) }}
{%- endmacro %}

{% macro duckdb__days_between(start_date, end_date) -%}
    date_diff('day', {{ start_date }}, {{ end_date }})
{%- endmacro %}

{% macro spark__days_between(start_date, end_date) -%}
    cast(datediff({{ end_date }}, {{ start_date }}) as bigint)
{%- endmacro %}

{% macro bigquery__days_between(start_date, end_date) -%}
    date_diff({{ end_date }}, {{ start_date }}, day)
{%- endmacro %}

{#- Seconds from one timestamp to another, whole, rounded down. -#}
{% macro seconds_between(started_at, ended_at) -%}
    {{ return(adapter.dispatch('seconds_between', 'mackerel_cs')(started_at, ended_at)) }}
{%- endmacro %}

{% macro duckdb__seconds_between(started_at, ended_at) -%}
    cast(floor(epoch({{ ended_at }}) - epoch({{ started_at }})) as bigint)
{%- endmacro %}

{% macro spark__seconds_between(started_at, ended_at) -%}
    cast(floor((unix_micros({{ ended_at }}) - unix_micros({{ started_at }})) / 1000000) as bigint)
{%- endmacro %}

{% macro bigquery__seconds_between(started_at, ended_at) -%}
    cast(floor(timestamp_diff({{ ended_at }}, {{ started_at }}, microsecond) / 1000000) as int64)
{%- endmacro %}

{#- Day of the week, 1 = Monday to 7 = Sunday. -#}
{% macro iso_weekday(column) -%}
    {{ return(adapter.dispatch('iso_weekday', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__iso_weekday(column) -%}
    cast(isodow({{ column }}) as bigint)
{%- endmacro %}

{% macro spark__iso_weekday(column) -%}
    cast(weekday({{ column }}) + 1 as bigint)
{%- endmacro %}

{#- BigQuery counts from Sunday, 1. -#}
{% macro bigquery__iso_weekday(column) -%}
    (mod(extract(dayofweek from {{ column }}) + 5, 7) + 1)
{%- endmacro %}

{#- The moment a Mackerel id was made: a snowflake in Flickr base58, `(n >> 22) + 1288834974657` ms; null where it is no such id. -#}
{% macro mackerel_id_created_at(column) -%}
    {{ return(adapter.dispatch('mackerel_id_created_at', 'mackerel_cs')(column)) }}
{%- endmacro %}

{% macro duckdb__mackerel_id_created_at(column) -%}
    case
        when regexp_full_match({{ column }}, '[1-9a-km-zA-HJ-NP-Z]{9,11}')
            then make_timestamp(cast(
                (
                    list_sum(list_transform(
                        range(1, length({{ column }}) + 1),
                        lambda place: cast(
                            instr(
                                '123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ',
                                substr({{ column }}, place, 1)
                            ) - 1 as hugeint
                        ) * cast(pow(58, length({{ column }}) - place) as hugeint)
                    )) // 4194304
                ) + 1288834974657 as bigint
            ) * 1000)
    end
{%- endmacro %}

{% macro spark__mackerel_id_created_at(column) -%}
    case
        when {{ column }} rlike '^[1-9a-km-zA-HJ-NP-Z]{9,11}$'
            then timestamp_millis(
                (
                    aggregate(
                        sequence(1, length({{ column }})),
                        cast(0 as decimal(38, 0)),
                        (number, place) -> cast(
                            number * 58 + instr(
                                '123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ',
                                substr({{ column }}, place, 1)
                            ) - 1 as decimal(38, 0)
                        )
                    ) div 4194304
                ) + 1288834974657
            )
    end
{%- endmacro %}

{% macro bigquery__mackerel_id_created_at(column) -%}
    case
        when regexp_contains({{ column }}, r'^[1-9a-km-zA-HJ-NP-Z]{9,11}$')
            then (
                select
                    timestamp_millis(
                        cast(
                            div(
                                sum(
                                    cast(
                                        strpos(
                                            '123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ',
                                            substr({{ column }}, place, 1)
                                        ) - 1 as numeric
                                    ) * pow(cast(58 as numeric), length({{ column }}) - place)
                                ),
                                4194304
                            ) as int64
                        ) + 1288834974657
                    )
                from unnest(generate_array(1, length({{ column }}))) as place
            )
    end
{%- endmacro %}

{#- The date so many days (a column of whole numbers) after a date. -#}
{% macro days_after(date_column, days_column) -%}
    {{ return(adapter.dispatch('days_after', 'mackerel_cs')(date_column, days_column)) }}
{%- endmacro %}

{% macro duckdb__days_after(date_column, days_column) -%}
    ({{ date_column }} + cast({{ days_column }} as integer))
{%- endmacro %}

{% macro spark__days_after(date_column, days_column) -%}
    date_add({{ date_column }}, cast({{ days_column }} as int))
{%- endmacro %}

{% macro bigquery__days_after(date_column, days_column) -%}
    date_add({{ date_column }}, interval cast({{ days_column }} as int64) day)
{%- endmacro %}
