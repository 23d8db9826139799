{#-
    Fails, with one row, when more than `share` of the model's rows meet the condition. Up to `allowance` rows never fail, so that one
    row does not condemn a small log.
-#}
{% test share_at_most(model, condition, share, allowance=0) %}

select *
from (
    select
        count(*) as row_count,
        count(case when {{ condition }} then 1 end) as met_count
    from {{ model }}
) as counted
where met_count > greatest({{ share }} * row_count, {{ allowance }})

{% endtest %}
