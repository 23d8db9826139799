{%- set fiscal_month = var('fiscal_year_start_month') | int -%}
{#- What a producer dates before Mackerel was there begins no calendar. -#}
{%- set dated_facts = {
    'fct_events_daily': 'event_date', 'int_organizations': 'created_date',
    'int_alert_episodes': 'opened_date', 'int_plan_history': 'valid_from',
} -%}
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

calendar as (
    select
        *,
        year(calendar_date) as calendar_year,
        month(calendar_date) as calendar_month
    from {{ ref('int_calendar') }}
),

first_dates as (
    {%- for fact, date_column in dated_facts.items() %}
        {%- if not loop.first %}
            union all
        {%- endif %}
        select min({{ date_column }}) as first_date
        from {{ ref(fact) }}
        where {{ date_column }} >= date '{{ var("first_possible_date") }}'
    {%- endfor %}
),

bounds as (
    select
        as_of.as_of_date,
        least(as_of.as_of_date, coalesce(min(first_dates.first_date), as_of.as_of_date))
            as first_date,
        make_date(
            year(as_of.as_of_date)
            + case when month(as_of.as_of_date) >= {{ fiscal_month }} then 1 else 0 end,
            {{ fiscal_month }},
            1
        ) as next_fiscal_year_start
    from as_of
    cross join first_dates
    group by as_of.as_of_date
)

select
    calendar.calendar_date,
    calendar.iso_weekday,
    calendar.is_weekend,
    calendar.is_holiday,
    calendar.holiday_name_ja,
    calendar.holiday_name_en,
    calendar.is_business_day,
    coalesce(calendar.season = 'golden_week', false) as is_golden_week,
    coalesce(calendar.season = 'obon', false) as is_obon,
    coalesce(calendar.season = 'new_year', false) as is_new_year,
    cast(
        calendar.calendar_date
        - cast(mod(calendar.iso_weekday - {{ week_start_number() }} + 7, 7) as int) as date
    ) as week_start_date,
    cast(date_trunc('month', calendar.calendar_date) as date) as month_start_date,
    cast(
        calendar.calendar_year
        - case when calendar.calendar_month >= {{ fiscal_month }} then 0 else 1 end as bigint
    ) as fiscal_year,
    cast(floor(mod(calendar.calendar_month - {{ fiscal_month }} + 12, 12) / 3) + 1 as bigint)
        as fiscal_quarter,
    calendar.calendar_date <= bounds.as_of_date as is_past
from calendar
inner join bounds
    on
        calendar.calendar_date >= bounds.first_date
        and calendar.calendar_date < bounds.next_fiscal_year_start
