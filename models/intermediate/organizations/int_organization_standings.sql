with changes as (
    select * from {{ ref('int_organization_standing_changes') }}
)

select
    {%- for measure in standings() %}
        cast(sum({{ measure }}_change) over so_far as bigint) as {{ measure }},
    {%- endfor %}
    organization_id,
    change_date as valid_from,
    lead(change_date) over (partition by organization_id order by change_date) as valid_to
from changes
window
    so_far as (
        partition by organization_id order by change_date
        rows between unbounded preceding and current row
    )
