{#- What somebody thought of us a year ago says nothing of today. -#}
{%- set answer_holds_days = 365 -%}
with answers as (
    select
        *,
        row_number() over (
            partition by organization_id, occurred_date order by occurred_at desc, event_key desc
        ) as recency
    from {{ ref('stg_cre__survey_answers') }}
    where
        survey_kind = 'nps'
        and score between 0 and 10
        and organization_id is not null
),

followed as (
    select
        *,
        lead(occurred_date) over (partition by organization_id order by occurred_date)
            as next_answered_date
    from answers
    where recency = 1
)

select
    organization_id,
    occurred_date as valid_from,
    score,
    event_key,
    least(
        occurred_date + {{ answer_holds_days }},
        coalesce(next_answered_date, occurred_date + {{ answer_holds_days }})
    ) as valid_to
from followed
