{%- set steps = [] -%}
{%- for component in health_components() -%}
    {%- do steps.append({
        'component': "'" ~ component ~ "'",
        'place': 'cast(' ~ loop.index ~ ' as bigint)',
        'gain': 'gains.' ~ component ~ '_gain',
        'is_chosen': 'mod(floor(choices.chosen_set / ' ~ 2 ** loop.index0 ~ '), 2) = 1',
    }) -%}
{%- endfor -%}
with gains as (
    select * from {{ ref('int_health_gains') }}
),

choices as (
    select * from {{ ref('int_health_path_choices') }}
),

steps as (
    select * from {{ ref('health_steps') }}
),

chosen as (
    select
        gains.organization_id,
        gains.state_date,
        gains.band,
        gains.score,
        gains.weighted_points,
        gains.known_weight,
        choices.effort_hours as path_effort_hours,
        parts.component,
        parts.place,
        parts.gain
    from gains
    inner join choices on gains.organization_id = choices.organization_id
    {{ unnest_rows(steps, 'parts') }}
    where parts.is_chosen
),

-- What brings most for an hour comes first.
numbered as (
    select
        chosen.*,
        steps.effort_hours,
        steps.playbook,
        steps.step_en,
        steps.step_ja,
        row_number() over (
            partition by chosen.organization_id
            order by chosen.gain / steps.effort_hours desc, chosen.place asc
        ) as step_number
    from chosen
    inner join steps on chosen.component = steps.component
),

running as (
    select
        *,
        weighted_points + sum(gain) over (
            partition by organization_id order by step_number
            rows between unbounded preceding and current row
        ) as weighted_points_after
    from numbered
)

select
    organization_id,
    state_date,
    step_number,
    band,
    score,
    component,
    playbook,
    step_en,
    step_ja,
    effort_hours,
    path_effort_hours,
    {{ score_of('weighted_points_after', 'known_weight') }} as score_after
from running
