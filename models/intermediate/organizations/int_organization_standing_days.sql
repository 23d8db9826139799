with spine as (
    select * from {{ onward(ref('int_organization_spine'), 'state_date') }}
),

standings as (
    select * from {{ ref('int_organization_standings') }}
)

select
    {%- for measure in standings() %}
        coalesce(standings.{{ measure }}, 0) as {{ measure }},
    {%- endfor %}
    spine.organization_id,
    spine.state_date
from spine
left join standings
    on
        spine.organization_id = standings.organization_id
        and {{ holds_at('standings', 'spine.state_date') }}
