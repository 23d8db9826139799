{%- set fiscal_month = var('fiscal_year_start_month') | int -%}
{#- The fiscal year of the last possible date is shown whole. -#}
{%- set last_year = var('last_possible_date')[:4] | int + 1 -%}
{#- A business week on either side of the turn of the fiscal year. -#}
{%- set turn_days = 7 -%}
with bounds as (
    select
        date '{{ var("first_possible_date") }}' as first_date,
        date '{{ last_year }}-12-31' as last_date
),

holidays as (
    select * from {{ ref('business_holidays') }}
),

dates as (
    select
        days.calendar_date,
        {{ iso_weekday('days.calendar_date') }} as iso_weekday,
        make_date(year(days.calendar_date + {{ turn_days }}), {{ fiscal_month }}, 1)
            as fiscal_turn_date
    from bounds
    {{ unnest_dates('bounds.first_date', 'bounds.last_date', 'days', 'calendar_date') }}
),

marked as (
    select
        dates.calendar_date,
        dates.iso_weekday,
        holidays.kind as holiday_kind,
        holidays.season,
        dates.iso_weekday >= 6 as is_weekend,
        coalesce(holidays.kind in ('national_holiday', 'customary_closure'), false) as is_holiday,
        case when holidays.kind != 'season_day' then holidays.holiday_name_ja end
            as holiday_name_ja,
        case when holidays.kind != 'season_day' then holidays.holiday_name_en end
            as holiday_name_en,
        dates.calendar_date >= dates.fiscal_turn_date - {{ turn_days }}
        and dates.calendar_date < dates.fiscal_turn_date + {{ turn_days }} as is_fiscal_year_turn
    from dates
    left join holidays on dates.calendar_date = holidays.calendar_date
),

kinds as (
    select
        *,
        case
            when is_holiday then 'holiday'
            when is_weekend then 'weekend'
            when holiday_kind = 'season_day' then 'season_day'
            when is_fiscal_year_turn then 'fiscal_year_turn'
            else 'business_day'
        end as day_kind
    from marked
)

select
    kinds.calendar_date,
    kinds.iso_weekday,
    kinds.is_weekend,
    kinds.is_holiday,
    kinds.holiday_name_ja,
    kinds.holiday_name_en,
    kinds.season,
    kinds.day_kind,
    expected_use.use_permille,
    not kinds.is_weekend and not kinds.is_holiday as is_business_day
from kinds
inner join {{ ref('expected_use') }} as expected_use on kinds.day_kind = expected_use.day_kind
