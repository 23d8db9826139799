with episodes as (
    select * from {{ ref('int_stumble_episodes') }}
),

causes as (
    select * from {{ ref('stumble_causes') }}
),

evidence as (
    select * from {{ ref('int_stumble_evidence') }}
),

organizations as (
    select * from {{ ref('int_organizations') }}
),

medians as (
    select * from {{ ref('int_stumble_medians') }}
),

stumbles as (
    select episodes.*
    from episodes
    inner join causes on episodes.cause = causes.cause
    where episodes.days_held > causes.counts_after_days
),

told as (
    select
        stumbles.organization_id,
        stumbles.cause,
        stumbles.started_date,
        max_by(evidence.event_key, {{ order_key('evidence.evidence_date', 'evidence.event_key') }})
            as evidence_event_key
    from stumbles
    inner join evidence
        on
            stumbles.organization_id = evidence.organization_id
            and stumbles.cause = evidence.cause
            and stumbles.started_date >= evidence.evidence_date
    group by stumbles.organization_id, stumbles.cause, stumbles.started_date
)

select
    stumbles.organization_id,
    stumbles.cause,
    stumbles.started_date,
    causes.blocked_milestone,
    {{ days_after('stumbles.started_date', 'causes.counts_after_days') }} as counted_from_date,
    stumbles.last_seen_date,
    stumbles.ended_date,
    stumbles.is_open,
    stumbles.days_held,
    told.evidence_event_key,
    {{ comparable_columns('medians', 'organizations.segment', over='ended') }},
    causes.name_en || ' since ' || cast(stumbles.started_date as string)
    || ' (' || cast(stumbles.days_held as string) || ' days)' as evidence_en,
    cast(stumbles.started_date as string) || 'から' || causes.name_ja
    || '（' || cast(stumbles.days_held as string) || '日間）' as evidence_ja
from stumbles
inner join causes on stumbles.cause = causes.cause
left join organizations on stumbles.organization_id = organizations.organization_id
left join medians
    on
        organizations.segment = medians.segment
        and stumbles.cause = medians.cause
left join told
    on
        stumbles.organization_id = told.organization_id
        and stumbles.cause = told.cause
        and stumbles.started_date = told.started_date
