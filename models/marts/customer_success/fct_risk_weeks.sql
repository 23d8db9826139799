{#- Where a risk begins and where it is over: between the two it stays what it was. -#}
{%- set opens_at = 10 -%}
{%- set closes_below = 5 -%}
{#- What a small team can look at: of a hundred accounts so many a week. -#}
{%- set budget_percent = 5 -%}
{#- Nobody is called again before what was said last could take effect. -#}
{%- set cool_down_days = 7 -%}
{%- set window_days = health_window_days() -%}
with scores as (
    select * from {{ ref('fct_health_scores') }}
),

worth as (
    select * from {{ ref('int_worth_weeks') }}
),

signs as (
    select * from {{ ref('int_risk_sign_weeks') }}
),

organizations as (
    select * from {{ ref('int_organizations') }}
),

-- What the customer did otherwise. What we learned or weigh otherwise is no risk, and on a date on
-- which we may be the cause nothing is theirs.
behaviour as (
    select
        organization_id,
        state_date,
        sum(score_change) as score_change
    from {{ ref('fct_health_score_changes') }}
    where
        cause = 'behaviour'
        and incident_ids is null
    group by organization_id, state_date
),

falls as (
    select
        worth.organization_id,
        worth.week_end_date,
        sum(behaviour.score_change) as score_change
    from worth
    inner join behaviour
        on
            worth.organization_id = behaviour.organization_id
            and worth.week_end_date >= behaviour.state_date
            and worth.week_end_date - {{ window_days }} < behaviour.state_date
    group by worth.organization_id, worth.week_end_date
),

touches as (
    select
        worth.organization_id,
        worth.week_end_date
    from worth
    inner join {{ ref('int_touches') }} as touches
        on
            worth.organization_id = touches.organization_id
            and worth.week_end_date >= touches.touched_date
            and worth.week_end_date - {{ cool_down_days }} < touches.touched_date
    group by worth.organization_id, worth.week_end_date
),

weighed as (
    select
        worth.organization_id,
        worth.week_end_date,
        worth.mrr_jpy,
        worth.worth_jpy,
        scores.score,
        scores.shown_band,
        signs.sign,
        cast(greatest(-coalesce(falls.score_change, 0), 0) as decimal(9, 4)) as fall_points,
        coalesce(signs.risk_points, 0) as sign_points,
        case
            when organizations.is_internal then 'internal'
            when touches.organization_id is not null then 'recently_touched'
        end as exclusion
    from worth
    inner join organizations on worth.organization_id = organizations.organization_id
    left join scores
        on
            worth.organization_id = scores.organization_id
            and worth.week_end_date = scores.state_date
    left join falls
        on
            worth.organization_id = falls.organization_id
            and worth.week_end_date = falls.week_end_date
    left join signs
        on
            worth.organization_id = signs.organization_id
            and worth.week_end_date = signs.week_end_date
    left join touches
        on
            worth.organization_id = touches.organization_id
            and worth.week_end_date = touches.week_end_date
),

added_up as (
    select
        *,
        cast(least(fall_points + sign_points, 100) as decimal(9, 4)) as risk_points
    from weighed
),

switched as (
    select
        *,
        case
            when risk_points >= {{ opens_at }} then true
            when risk_points < {{ closes_below }} then false
        end as told_at_risk
    from added_up
),

settled as (
    select
        *,
        coalesce(
            {{ last_known_value(
                'told_at_risk', 'partition by organization_id order by week_end_date'
            ) }},
            false
        ) as is_at_risk,
        -- Whole yen: worth a month times the share at risk.
        cast(floor(worth_jpy * risk_points / 100) as bigint) as expected_loss_jpy
    from switched
),

placed as (
    select
        *,
        is_at_risk and exclusion is null as is_candidate,
        cast(
            ceil(
                count(*) over (partition by week_end_date) * {{ budget_percent }} / 100.0
            ) as bigint
        ) as week_budget,
        row_number() over (
            partition by week_end_date, is_at_risk and exclusion is null
            order by expected_loss_jpy desc, risk_points desc, organization_id asc
        ) as place
    from settled
)

select
    organization_id,
    week_end_date,
    score,
    shown_band,
    fall_points,
    sign,
    sign_points,
    risk_points,
    mrr_jpy,
    worth_jpy,
    expected_loss_jpy,
    is_at_risk,
    exclusion,
    week_budget,
    case when is_candidate then cast(place as bigint) end as week_place,
    is_candidate and place <= week_budget as is_listed
from placed
