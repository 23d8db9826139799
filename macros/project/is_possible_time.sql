{#- Whether something can have happened at `happened_at`: after Mackerel opened, and not after we heard of it but for clocks that run ahead. -#}
{% macro is_possible_time(happened_at, heard_at) -%}
    (
        {{ happened_at }} >= timestamp '{{ var("first_possible_date") }} 00:00:00'
        and {{ happened_at }} <= {{ heard_at }} + interval '{{ var("clock_skew_hours") }}' hour
        and {{ happened_at }} < timestamp '2100-01-01 00:00:00'
    )
{%- endmacro %}
