{#- A machine that has been away for longer has been abandoned, not fallen silent. -#}
{%- set longest_silence_days = 90 -%}
with host_days as (
    select
        organization_id,
        host_id,
        state_date,
        lead(state_date) over (
            partition by organization_id, host_id order by state_date
        ) as next_reported_date
    from {{ ref('int_host_days') }}
),

retirements as (
    select
        organization_id,
        host_id,
        {{ business_date('retired_at') }} as retired_date
    from {{ ref('int_hosts') }}
),

gaps as (
    select
        organization_id,
        host_id,
        cast(state_date + interval '1' day as date) as valid_from,
        next_reported_date
    from host_days
    where
        next_reported_date is null
        or next_reported_date > state_date + interval '1' day
),

bounded as (
    select
        gaps.organization_id,
        gaps.host_id,
        gaps.valid_from,
        least(
            coalesce(gaps.next_reported_date, retirements.retired_date),
            coalesce(retirements.retired_date, gaps.next_reported_date),
            cast(gaps.valid_from + interval '{{ longest_silence_days }}' day as date)
        ) as valid_to
    from gaps
    left join retirements
        on
            gaps.organization_id = retirements.organization_id
            and gaps.host_id = retirements.host_id
)

select
    organization_id,
    host_id,
    valid_from,
    valid_to
from bounded
where valid_to > valid_from
