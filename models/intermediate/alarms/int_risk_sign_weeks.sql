{#- Half of a trial of two weeks. -#}
{%- set stalling_after_days = 7 -%}
with lifecycle_signs as (
    select * from {{ ref('int_lifecycle_signs') }}
),

stalling_trials as (
    select
        trials.organization_id,
        'trial_stalling' as sign,
        trials.valid_from + {{ stalling_after_days }} as valid_from,
        {{ least_known('trials.valid_to', 'core_paths.valid_from') }} as valid_to
    from lifecycle_signs as trials
    left join lifecycle_signs as core_paths
        on
            trials.organization_id = core_paths.organization_id
            and core_paths.sign = 'core_path_reached'
    where trials.sign = 'on_trial'
),

signs as (
    select
        organization_id,
        sign,
        valid_from,
        valid_to
    from lifecycle_signs
    union all
    select
        organization_id,
        sign,
        valid_from,
        valid_to
    from stalling_trials
),

risk_signs as (
    select * from {{ ref('risk_signs') }}
),

holding as (
    select
        signs.organization_id,
        weeks.week_end_date,
        signs.sign,
        signs.valid_from as since_date,
        risk_signs.risk_points,
        row_number() over (
            partition by signs.organization_id, weeks.week_end_date
            order by risk_signs.risk_points desc, signs.sign asc, signs.valid_from asc
        ) as place
    from signs
    inner join risk_signs on signs.sign = risk_signs.sign
    inner join {{ ref('int_weeks') }} as weeks
        on
            {{ holds_at('signs', 'weeks.week_end_date') }}
            and weeks.week_end_date < {{ days_after(
                'signs.valid_from', 'risk_signs.counts_for_days'
            ) }}
)

select
    organization_id,
    week_end_date,
    sign,
    since_date,
    risk_points
from holding
where place = 1
