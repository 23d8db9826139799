{%- set weekdays = [
    'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday',
] -%}
{#- The day before a week begins, 1 = Monday; check_vars refuses other words, after parsing. -#}
{%- set week_start = var('week_start') -%}
{%- set last_weekday = (weekdays.index(week_start) if week_start in weekdays else 0) or 7 -%}
select calendar.calendar_date as week_end_date
from {{ ref('int_calendar') }} as calendar
cross join {{ ref('int_as_of') }} as as_of
where
    calendar.iso_weekday = {{ last_weekday }}
    and calendar.calendar_date >= as_of.log_start_date
    and calendar.calendar_date <= as_of.as_of_date
