-- Components that a seed of the health score names and no model measures, or that it leaves out.
with known_components as (
    {%- for component in health_components() %}
        select
            '{{ component }}' as component,
            {{ loop.index }} as place
        {{- '\nunion all' if not loop.last }}
    {%- endfor %}
),

named_components as (
    select
        'health_components' as seed_name,
        cast(null as bigint) as score_version,
        cast(null as string) as profile,
        component
    from {{ ref('health_components') }}
    union all
    select
        'health_thresholds' as seed_name,
        score_version,
        cast(null as string) as profile,
        component
    from {{ ref('health_thresholds') }}
    union all
    select
        'health_weights' as seed_name,
        score_version,
        profile,
        component
    from {{ ref('health_weights') }}
),

needed_components as (
    select
        'health_components' as seed_name,
        cast(null as bigint) as score_version,
        known_components.component
    from known_components
    union all
    select
        'health_thresholds' as seed_name,
        versions.score_version,
        known_components.component
    from known_components
    cross join {{ ref('health_versions') }} as versions
)

select
    named_components.seed_name,
    named_components.score_version,
    named_components.profile,
    named_components.component,
    'No model measures such a component: see the macro health_components' as reason
from named_components
left join known_components on named_components.component = known_components.component
where known_components.component is null
union all
select
    needed_components.seed_name,
    needed_components.score_version,
    cast(null as string) as profile,
    needed_components.component,
    'The seed has no row for this component' as reason
from needed_components
left join named_components
    on
        needed_components.seed_name = named_components.seed_name
        and needed_components.component = named_components.component
        and needed_components.score_version is not distinct from named_components.score_version
where named_components.component is null
union all
select
    'health_components' as seed_name,
    cast(null as bigint) as score_version,
    cast(null as string) as profile,
    components.component,
    'Its place is not the one in the macro health_components' as reason
from {{ ref('health_components') }} as components
inner join known_components on components.component = known_components.component
where components.place != known_components.place
