{%- set touched = scope('int_touched_organizations') -%}
with episodes as (
    {%- if is_incremental() %}
        select
            episodes.*,
            touched.touched_from_date
        from {{ ref('int_alert_episodes') }} as episodes
        inner join {{ touched }} as touched
            on
                episodes.organization_id = touched.organization_id
                and coalesce(episodes.closed_date, date '9999-12-31') >= touched.touched_from_date
    {%- else %}
        select
            *,
            opened_date as touched_from_date
        from {{ ref('int_alert_episodes') }}
        where organization_id is not null
    {%- endif %}
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

opened_days as (
    select
        organization_id,
        opened_date as alert_date,
        1 as opened_alert_count,
        case when worst_status = 'CRITICAL' then 1 else 0 end as critical_alert_count,
        case when is_acted_on then 1 else 0 end as acted_alert_count,
        case when is_ignored then 1 else 0 end as ignored_alert_count,
        0 as open_alert_count
    from episodes
    where opened_date >= touched_from_date
),

open_spans as (
    select
        episodes.organization_id,
        greatest(episodes.opened_date, episodes.touched_from_date) as first_open_date,
        case
            when episodes.closed_at is null then as_of.as_of_date
            else cast(episodes.closed_date - interval '1' day as date)
        end as last_open_date
    from episodes
    cross join as_of
),

open_days as (
    select
        open_spans.organization_id,
        dates.alert_date,
        0 as opened_alert_count,
        0 as critical_alert_count,
        0 as acted_alert_count,
        0 as ignored_alert_count,
        1 as open_alert_count
    from open_spans
    {{ unnest_dates(
        'open_spans.first_open_date', 'open_spans.last_open_date', 'dates', 'alert_date',
    ) }}
),

counted as (
    select * from opened_days
    union all
    select * from open_days
)

select
    organization_id,
    alert_date,
    cast(sum(opened_alert_count) as bigint) as opened_alert_count,
    cast(sum(critical_alert_count) as bigint) as critical_alert_count,
    cast(sum(acted_alert_count) as bigint) as acted_alert_count,
    cast(sum(ignored_alert_count) as bigint) as ignored_alert_count,
    cast(sum(open_alert_count) as bigint) as open_alert_count
from counted
group by organization_id, alert_date
