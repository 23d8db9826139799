{#- What tells of alerts, and the times it tells: one may be shown from the earliest of them on. -#}
{%- set told_by = {
    'stg_webhook__alerts': ['occurred_at', 'opened_at', 'closed_at'],
    'stg_api__alert_logs': ['occurred_at', 'created_at'],
    'stg_api__alerts': ['occurred_at', 'opened_at', 'closed_at'],
    'stg_console__alerts': ['occurred_at'],
} -%}
with touched_webhooks as (
    select * from {{ ref('int_touched_webhooks') }}
),

touched as (
    {%- for staged in told_by %}
        select alert_id
        from {{ ref(staged) }}
        where {{ is_late_news() }}
        union distinct
    {%- endfor %}
    select alerts.alert_id
    from {{ ref('stg_webhook__alerts') }} as alerts
    inner join touched_webhooks on alerts.event_key = touched_webhooks.event_key
    union distinct
    select alert_id from {{ ref('land_replaced_events') }}
),

told as (
    {%- for staged, times in told_by.items() %}
        select
            alert_id,
            least({{ times | join(', ') }}{{ ', occurred_at' if times | length == 1 }}) as told_at
        from {{ ref(staged) }}
        where alert_id in (select touched.alert_id from touched)
        union all
    {%- endfor %}
    -- What is said no longer may have been said of any day.
    select
        alert_id,
        cast('{{ beginning_of_time() }}' as timestamp) as told_at
    from {{ ref('land_replaced_events') }}
)

select
    touched.alert_id,
    {{ business_date('min(told.told_at)') }} as touched_from_date
from touched
left join told on touched.alert_id = told.alert_id
where touched.alert_id is not null
group by touched.alert_id
