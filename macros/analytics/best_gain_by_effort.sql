{#-
    CTEs, the last of them named `name`: for each `key` and sum of efforts the best set of items, by dynamic programming: one item after the other is taken or left, and of equal efforts the
    greatest gain stays. `gains` has a row a key with a column `<item>_gain` each, whole and 0 where there is nothing to gain; `costs` one row with `<item>_effort`, whole.
    Columns: `key`, effort, best. Gain and set are one whole number, so that the greatest holds both: best = gain * 2^n + (2^n - 1 - set), where bit i of the set is the i-th of n items; of
    equal gains the set of the first items wins. Exact while gain * 2^n stays below 2^63.
-#}
{% macro best_gain_by_effort(name, gains, costs, key, items) -%}
    {%- set set_count = 2 ** (items | length) -%}
{{ name }}_0 as (
    select
        {{ key }},
        cast(0 as bigint) as effort,
        cast({{ set_count - 1 }} as bigint) as best
    from {{ gains }}
)
    {%- for item in items %},

{{ name if loop.last else name ~ '_' ~ loop.index }} as (
    select
        sets.{{ key }},
        sets.effort + choices.is_taken * costs.{{ item }}_effort as effort,
        max(sets.best + choices.is_taken * ({{ set_count }} * gains.{{ item }}_gain - {{ 2 ** loop.index0 }})) as best
    from {{ name }}_{{ loop.index0 }} as sets
    inner join {{ gains }} as gains on sets.{{ key }} = gains.{{ key }}
    cross join {{ costs }} as costs
    cross join (select 0 as is_taken union all select 1 as is_taken) as choices
    where choices.is_taken = 0 or gains.{{ item }}_gain > 0
    group by sets.{{ key }}, sets.effort + choices.is_taken * costs.{{ item }}_effort
)
    {%- endfor %}
{%- endmacro %}
