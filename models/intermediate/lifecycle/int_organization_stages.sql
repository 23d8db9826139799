with signs as (
    select * from {{ ref('int_lifecycle_signs') }}
),

stages as (
    select * from {{ ref('lifecycle_signs') }}
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

-- Where a sign begins or ends, the stage may be another one.
turning_points as (
    select
        organization_id,
        valid_from as turning_date
    from signs
    union distinct
    select
        organization_id,
        valid_to as turning_date
    from signs
    where valid_to is not null
),

deciding_signs as (
    select
        turning_points.organization_id,
        turning_points.turning_date,
        signs.sign,
        stages.stage,
        row_number() over (
            partition by turning_points.organization_id, turning_points.turning_date
            order by stages.precedence desc, signs.valid_from asc, signs.sign asc
        ) as place
    from turning_points
    cross join as_of
    inner join signs
        on
            turning_points.organization_id = signs.organization_id
            and {{ holds_at('signs', 'turning_points.turning_date') }}
    inner join stages on signs.sign = stages.sign
    where turning_points.turning_date <= as_of.as_of_date
),

compared as (
    select
        *,
        lag(stage) over (partition by organization_id order by turning_date) as earlier_stage
    from deciding_signs
    where place = 1
)

select
    organization_id,
    stage,
    sign,
    turning_date as valid_from,
    earlier_stage as previous_stage,
    lead(turning_date) over (partition by organization_id order by turning_date) as valid_to,
    lead(stage) over (partition by organization_id order by turning_date) as next_stage
from compared
where stage is distinct from earlier_stage
