{%- set days_ago = [1, 7, 28, 90] -%}
with spine as (
    select *
    from {{ onward(ref('int_organization_spine'), 'state_date', days_before=days_ago[-1]) }}
),

scores as (
    select * from {{ onward(ref('int_health_scores'), 'state_date', days_before=days_ago[-1]) }}
),

versions as (
    select * from {{ ref('int_health_versions') }}
    where not is_candidate
),

overrides as (
    select * from {{ ref('int_health_overrides') }}
),

scores_in_force as (
    select scores.*
    from scores
    inner join versions
        on
            scores.score_version = versions.score_version
            and {{ holds_at('versions', 'scores.state_date') }}
),

-- The spine has a row a day, so that so many rows ago is so many days ago.
compared as (
    select
        {%- for days in days_ago %}
            scores.score - lag(scores.score, {{ days }}) over life_so_far
                as score_change_{{ days }}_days,
        {%- endfor %}
        spine.organization_id,
        spine.state_date,
        scores.score_version,
        scores.profile,
        scores.score,
        scores.known_weight as coverage_percent,
        scores.band
    from spine
    left join scores_in_force as scores
        on
            spine.organization_id = scores.organization_id
            and spine.state_date = scores.state_date
    window life_so_far as (partition by spine.organization_id order by spine.state_date)
),

-- The days read only to look back on stay as they were.
shown as (
    select * from {{ onward('compared', 'state_date') }}
    where score_version is not null
)

select
    shown.organization_id,
    shown.state_date,
    shown.score_version,
    shown.profile,
    shown.score,
    shown.coverage_percent,
    shown.band,
    overrides.band as override_band,
    overrides.author_id as override_author_id,
    overrides.expires_date as override_expires_date,
    {%- for days in days_ago %}
        cast(shown.score_change_{{ days }}_days as decimal(9, 4))
            as score_change_{{ days }}_days,
    {%- endfor %}
    coalesce(overrides.band, shown.band) as shown_band
from shown
left join overrides
    on
        shown.organization_id = overrides.organization_id
        and {{ holds_at('overrides', 'shown.state_date') }}
