{#- The day before a week begins, 1 = Monday. -#}
{%- set last_weekday = (week_start_number() - 1) or 7 -%}
select calendar.calendar_date as week_end_date
from {{ ref('int_calendar') }} as calendar
cross join {{ ref('int_as_of') }} as as_of
where
    calendar.iso_weekday = {{ last_weekday }}
    and calendar.calendar_date >= as_of.log_start_date
    and calendar.calendar_date <= as_of.as_of_date
