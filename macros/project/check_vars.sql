{#-
    Stops the run before the first model when a var has a value nobody can mean.
    Raises a compiler error that names the var, the value and what would be accepted.
-#}
{% macro check_vars() -%}
    {%- if execute -%}
        {%- set weekdays = mackerel_cs.weekday_names() -%}
        {%- if var('week_start') not in weekdays -%}
            {{ exceptions.raise_compiler_error(
                "var week_start is '" ~ var('week_start') ~ "': use one of " ~ weekdays | join(', ')
            ) }}
        {%- endif -%}
        {%- if var('fiscal_year_start_month') | int not in range(1, 13) -%}
            {{ exceptions.raise_compiler_error(
                "var fiscal_year_start_month is '" ~ var('fiscal_year_start_month') ~ "': use a month from 1 to 12"
            ) }}
        {%- endif -%}
        {%- set as_of_date = var('as_of_date') | string -%}
        {%- if as_of_date and not (
            modules.re.fullmatch('\d{4}-\d{2}-\d{2}', as_of_date)
            and var('first_possible_date') <= as_of_date <= var('last_possible_date')
        ) -%}
            {{ exceptions.raise_compiler_error(
                "var as_of_date is '" ~ as_of_date ~ "': use a date from " ~ var('first_possible_date') ~ " to "
                ~ var('last_possible_date') ~ ", such as 2026-03-31, or leave it empty"
            ) }}
        {%- endif -%}
        {%- if var('known_at') and not modules.re.fullmatch(
            '\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(Z|\+00:00)', var('known_at') | string
        ) -%}
            {{ exceptions.raise_compiler_error(
                "var known_at is '" ~ var('known_at') ~ "': use a UTC time such as 2026-03-31T15:00:00Z, or leave it empty"
            ) }}
        {%- endif -%}
        {%- if var('business_timezone') not in modules.pytz.all_timezones_set -%}
            {{ exceptions.raise_compiler_error(
                "var business_timezone is '" ~ var('business_timezone') ~ "': use a zone name such as Asia/Tokyo"
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
