{#- Fails on every row for which the SQL expression is not true (null counts as not true). -#}
{% test expression_holds(model, expression) %}

select *
from {{ model }}
where not coalesce({{ expression }}, false)

{% endtest %}
