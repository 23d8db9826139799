{#- Fails on every period of a history that is empty or that overlaps the next one of its owner. -#}
{% test half_open_periods(model, partition_by, valid_from='valid_from', valid_to='valid_to') %}

select *
from (
    select
        *,
        lead({{ valid_from }}) over (
            partition by {{ partition_by | join(', ') }} order by {{ valid_from }}, {{ valid_to }} nulls last
        ) as next_valid_from
    from {{ model }}
) as ordered
where
    {{ valid_from }} is null
    or {{ valid_to }} <= {{ valid_from }}
    or next_valid_from < coalesce({{ valid_to }}, next_valid_from + interval '1' day)

{% endtest %}
