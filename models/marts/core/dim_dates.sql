{%- set weekdays = [
    'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday',
] -%}
{#- check_vars refuses any other word; parsing comes before it. -#}
{%- set week_start = var('week_start') -%}
{%- set week_start_number = weekdays.index(week_start) + 1 if week_start in weekdays else 1 -%}
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

holidays as (
    select * from {{ ref('business_holidays') }}
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
),

spine as (
    select
        dates.calendar_date,
        bounds.as_of_date,
        {{ iso_weekday('dates.calendar_date') }} as iso_weekday,
        year(dates.calendar_date) as calendar_year,
        month(dates.calendar_date) as calendar_month
    from bounds
    {{ unnest_dates(
        'bounds.first_date',
        "cast(bounds.next_fiscal_year_start - interval '1' day as date)",
        'dates', 'calendar_date',
    ) }}
)

select
    spine.calendar_date,
    spine.iso_weekday,
    spine.iso_weekday >= 6 as is_weekend,
    coalesce(holidays.kind in ('national_holiday', 'customary_closure'), false) as is_holiday,
    case when holidays.kind != 'season_day' then holidays.holiday_name_ja end as holiday_name_ja,
    case when holidays.kind != 'season_day' then holidays.holiday_name_en end as holiday_name_en,
    spine.iso_weekday < 6
    and coalesce(holidays.kind, 'season_day') = 'season_day' as is_business_day,
    coalesce(holidays.season = 'golden_week', false) as is_golden_week,
    coalesce(holidays.season = 'obon', false) as is_obon,
    coalesce(holidays.season = 'new_year', false) as is_new_year,
    cast(
        spine.calendar_date
        - cast(mod(spine.iso_weekday - {{ week_start_number }} + 7, 7) as int) as date
    ) as week_start_date,
    cast(date_trunc('month', spine.calendar_date) as date) as month_start_date,
    cast(
        spine.calendar_year
        - case when spine.calendar_month >= {{ fiscal_month }} then 0 else 1 end as bigint
    ) as fiscal_year,
    cast(floor(mod(spine.calendar_month - {{ fiscal_month }} + 12, 12) / 3) + 1 as bigint)
        as fiscal_quarter,
    spine.calendar_date <= spine.as_of_date as is_past
from spine
left join holidays on spine.calendar_date = holidays.calendar_date
