{#- Fails on every year of a calendar (`calendar_date`) for which the list of `holidays` has no row: its business days would be wrong. -#}
{% test holidays_cover(model, holidays) %}

select year(calendar_date) as calendar_year
from {{ model }}
where year(calendar_date) not in (select year(calendar_date) from {{ holidays }})
group by year(calendar_date)

{% endtest %}
