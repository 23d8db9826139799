{#- What these count leaves them when the four weeks have passed; the others stand as they are. -#}
{%- set window_days = health_window_days() -%}
{%- set windowed = [
    'alerts_acted_on', 'hours_to_close', 'dashboards_used', 'people_active', 'people_acting',
    'automation',
] -%}
with changes as (
    select * from {{ onward(ref('fct_health_score_changes'), 'state_date') }}
    where cause = 'behaviour'
),

evidence as (
    select *
    from {{ onward(ref('int_health_evidence'), 'evidence_date', days_before=window_days) }}
),

movements as (
    select
        organization_id,
        component,
        'came' as movement,
        evidence_date as moved_date,
        evidence_date,
        event_key,
        event_count
    from evidence
    union all
    select
        organization_id,
        component,
        'left' as movement,
        evidence_date + {{ window_days }} as moved_date,
        evidence_date,
        event_key,
        event_count
    from evidence
    where
        component in (
            {%- for component in windowed %}
                '{{ component }}'{{ ', ' if not loop.last }}
            {%- endfor %}
        )
)

select
    changes.organization_id,
    changes.state_date,
    changes.component,
    movements.movement,
    movements.evidence_date,
    movements.event_key,
    movements.event_count
from changes
inner join movements
    on
        changes.organization_id = movements.organization_id
        and changes.component = movements.component
        and changes.state_date = movements.moved_date
