with periods as (
    select * from {{ ref('int_organization_stages') }}
),

signs as (
    select * from {{ ref('lifecycle_signs') }}
),

as_of as (
    select
        as_of_date,
        log_start_date
    from {{ ref('int_as_of') }}
)

select
    periods.organization_id,
    periods.stage,
    periods.valid_from,
    periods.valid_to,
    periods.previous_stage,
    periods.next_stage,
    periods.sign,
    signs.name_en as reason_en,
    signs.name_ja as reason_ja,
    periods.valid_to is null as is_current,
    periods.valid_from >= as_of.log_start_date as is_start_observed,
    cast(
        {{ days_between(
            'periods.valid_from',
            "coalesce(periods.valid_to, " ~ days_after('as_of.as_of_date', '1') ~ ")"
        ) }} as bigint
    ) as days_in_stage
from periods
cross join as_of
inner join signs on periods.sign = signs.sign
