with organizations as (
    select * from {{ ref('int_organizations') }}
),

as_of as (
    select as_of_date from {{ ref('int_as_of') }}
),

plans as (
    select plan_history.*
    from {{ ref('int_plan_history') }} as plan_history
    cross join as_of
    where {{ holds_at('plan_history', 'as_of.as_of_date') }}
)

select
    organizations.organization_id,
    organizations.organization_name,
    organizations.display_name,
    organizations.segment,
    organizations.signup_source,
    organizations.is_internal,
    organizations.created_at,
    organizations.created_date,
    organizations.creation_evidence,
    plans.plan,
    plans.billing_regime,
    plans.mrr_jpy,
    as_of.as_of_date,
    -- An end on the day that is not over yet has not come.
    case
        when organizations.ended_date <= as_of.as_of_date then organizations.ended_date
    end as ended_date,
    organizations.ended_date is null or organizations.ended_date > as_of.as_of_date as is_active
from organizations
cross join as_of
left join plans on organizations.organization_id = plans.organization_id
where organizations.created_date <= as_of.as_of_date
