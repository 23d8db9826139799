{#-
    Columns of a mart: how long comparable organizations took, from a model of survival_medians(). A median of fewer than ten says more of
    those few than of what is usual: it is null, and the count says why. Who is of no known kind has no count either.
-#}
{% macro comparable_columns(medians, segment, over) -%}
    {%- set fewest = 10 -%}
    case when {{ segment }} is not null then coalesce({{ medians }}.member_count, 0) end
        as comparable_count,
    case when {{ segment }} is not null then coalesce({{ medians }}.over_count, 0) end
        as comparable_{{ over }}_count,
    case when {{ medians }}.member_count >= {{ fewest }} then {{ medians }}.median_days end
        as comparable_median_days,
    case when {{ medians }}.over_count >= {{ fewest }} then {{ medians }}.median_days_of_over end
        as comparable_{{ over }}_median_days
{%- endmacro %}
