-- Which events moved the scores that fell most in a day? (CRE)
with falls as (
    select
        changes.*,
        row_number() over (
            order by
                changes.score_change asc, changes.organization_id asc, changes.state_date asc,
                changes.component asc
        ) as place
    from {{ ref('fct_health_score_changes') }} as changes
    where changes.cause = 'behaviour'
)

select
    falls.place,
    falls.organization_id,
    falls.state_date,
    falls.component,
    falls.score_change,
    events.movement,
    events.evidence_date,
    events.event_count,
    events.event_key
from falls
left join {{ ref('fct_health_change_events') }} as events
    on
        falls.organization_id = events.organization_id
        and falls.state_date = events.state_date
        and falls.component = events.component
where falls.place <= 20
order by falls.place asc, events.movement asc nulls last
