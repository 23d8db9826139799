{#-
    CTEs, the last of them named `name`: for each `key` and sum of efforts the best set of items, by dynamic programming: items are taken or left, four at a time, and of equal efforts the
    greatest gain stays. `offers` has a row a key with columns `<item>_gain` (whole, 0 where there is nothing to gain) and `<item>_effort` (whole).
    Columns: `key`, effort, best. Gain and set are one whole number, so that the greatest holds both: best = gain * 2^n + (2^n - 1 - set), where bit i of the set is the i-th of n items; of
    equal gains the set of the first items wins. Exact while gain * 2^n stays below 2^63.
    Four items are weighed in a step, and what is still to be weighed is carried along: an engine would plan longer than it works, with a step or a join for each item.
-#}
{% macro best_gain_by_effort(name, offers, key, items) -%}
    {%- set set_count = 2 ** (items | length) -%}
    {%- set steps = items | batch(4) | list -%}
{{ name }}_0 as (
    select
        {{ key }},
        cast(0 as bigint) as effort,
        {{- mackerel_cs.offer_columns(items) }}
        cast({{ set_count - 1 }} as bigint) as best
    from {{ offers }}
)
    {%- for step in steps %},
    {%- set first_place = 4 * loop.index0 -%}
    {%- set kept = mackerel_cs.offer_columns(items[first_place + 4:]) %}
    {%- set effort, gain = ['effort'], ['best'] -%}
    {%- for item in step -%}
        {%- do effort.append('takes_' ~ item ~ ' * ' ~ item ~ '_effort') -%}
        {%- do gain.append('takes_' ~ item ~ ' * (' ~ set_count ~ ' * ' ~ item ~ '_gain - ' ~ 2 ** (first_place + loop.index0) ~ ')') -%}
    {%- endfor %}

{{ name if loop.last else name ~ '_' ~ loop.index }} as (
    select
        {{ key }},
        {{ effort | join(' + ') }} as effort,
        {{- kept }}
        max({{ gain | join(' + ') }}) as best
    from {{ name }}_{{ loop.index0 }}
    {%- for item in step %}
        cross join (select 0 as takes_{{ item }} union all select 1 as takes_{{ item }}) as choice_{{ loop.index }}
    {%- endfor %}
    where
        {%- for item in step %}
            (takes_{{ item }} = 0 or {{ item }}_gain > 0){{ ' and' if not loop.last }}
        {%- endfor %}
    group by{{ kept }} {{ key }}, {{ effort | join(' + ') }}
)
    {%- endfor %}
{%- endmacro %}

{% macro offer_columns(items) -%}
    {%- for item in items %} {{ item }}_gain, {{ item }}_effort, {%- endfor %}
{%- endmacro %}
