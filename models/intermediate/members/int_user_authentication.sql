with as_of as (
    select {{ business_day_start("as_of_date + interval '1' day") }} as as_of_end
    from {{ ref('int_as_of') }}
),

evidence as (
    select
        user_id,
        sign_in_method,
        is_mfa as is_mfa_enabled,
        true as is_sign_in,
        occurred_at,
        event_key
    from {{ ref('stg_console__users') }}
    where action = 'signed_in'
    union all
    select
        user_id,
        cast(null as string) as sign_in_method,
        is_mfa_enabled,
        false as is_sign_in,
        occurred_at,
        event_key
    from {{ ref('stg_api__users') }}
),

numbered as (
    select
        evidence.*,
        row_number() over (
            partition by evidence.user_id, evidence.is_sign_in
            order by evidence.occurred_at desc, evidence.event_key desc
        ) as place_of_kind,
        row_number() over (
            partition by evidence.user_id, evidence.is_mfa_enabled is null
            order by evidence.occurred_at desc, evidence.event_key desc
        ) as place
    from evidence
    cross join as_of
    where
        evidence.user_id is not null
        and evidence.occurred_at < as_of.as_of_end
)

select
    user_id,
    max(case when is_sign_in then occurred_at end) as last_signed_in_at,
    max(case when is_sign_in and place_of_kind = 1 then sign_in_method end) as last_sign_in_method,
    count(case when is_sign_in then 1 end) as sign_in_count,
    bool_or(case when place = 1 then is_mfa_enabled end) as is_mfa_enabled
from numbered
group by user_id
