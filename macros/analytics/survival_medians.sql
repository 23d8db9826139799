{#-
    How long it takes half of a group until something is over, by the method of Kaplan and Meier, to stand in a CTE. `relation` has a row
    for each thing that may be over: the columns of `groups`, duration_days (whole days until it was over, or watched so far) and
    is_over. What is not over yet, or went away first, counts for as long as it was watched: left out, it would make the
    median too short. Gives a row a group: its columns and
      member_count          rows of the group,
      over_count            those of them that are over,
      median_days           least days after which at most half are expected to go on; null where more than half do still,
      median_days_of_over   least days after which half of those that are over were: flatters; null where none is.
    Shares are rounded to nine places before they are held against a half, so that the engines' last bits do not decide.
-#}
{% macro survival_medians(relation, groups) -%}
    {%- set group = groups | join(', ') %}
    select
        {{ group }},
        cast(sum(row_count) as bigint) as member_count,
        cast(sum(over_count) as bigint) as over_count,
        min(case when round(exp(log_survival), 9) <= 0.5 then duration_days end) as median_days,
        min(case when over_so_far_count > 0 and over_so_far_count * 2 >= all_over_count then duration_days end)
            as median_days_of_over
    from (
        select
            *,
            sum(
                case
                    when over_count = 0 then 0.0
                    -- Of the last ones nothing goes on: the logarithm of 0, as good as.
                    when over_count = watched_count then -99.0
                    else ln(1 - over_count / watched_count)
                end
            ) over (
                partition by {{ group }} order by duration_days rows between unbounded preceding and current row
            ) as log_survival,
            sum(over_count) over (
                partition by {{ group }} order by duration_days rows between unbounded preceding and current row
            ) as over_so_far_count,
            sum(over_count) over (partition by {{ group }}) as all_over_count
        from (
            select
                *,
                sum(row_count) over (
                    partition by {{ group }} order by duration_days desc rows between unbounded preceding and current row
                ) as watched_count
            from (
                select
                    {{ group }},
                    duration_days,
                    count(*) as row_count,
                    count(case when is_over then 1 end) as over_count
                from {{ relation }}
                group by {{ group }}, duration_days
            ) as durations
        ) as watched
    ) as survivals
    group by {{ group }}
{%- endmacro %}
