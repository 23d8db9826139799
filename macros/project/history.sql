{#-
    The events of things' lives as half-open periods, to stand in a CTE: the columns `owner`, `state`, valid_from, valid_to and event_key
    (the event that began the period). `events` names a relation with a row an event: the columns of `owner` (organization_id first),
    the columns of `state`, occurred_at, event_key and is_gone (true where the event ends the thing).
    Equal states one after the other are one period; of simultaneous events the one with the greatest key holds; nothing
    outlives its organization; an event that does not name its owner has no history.
-#}
{% macro state_periods(events, owner, state) -%}
    {%- set history = 'partition by ' ~ owner | join(', ') ~ ' order by occurred_at, event_key' %}
    select
        {%- for column in owner + state %}
            changes.{{ column }},
        {%- endfor %}
        changes.occurred_at as valid_from,
        {{ least_known('changes.next_change_at', 'organizations.ended_at') }} as valid_to,
        changes.event_key
    from (
        select
            *,
            lead(occurred_at) over ({{ history }}) as next_change_at
        from (
            select
                *,
                lag(state_text) over ({{ history }}) as previous_state_text
            from (
                select
                    *,
                    lead(occurred_at) over ({{ history }}) as next_event_at,
                    case
                        when is_gone then 'gone'
                        else '' {%- for column in state %} || chr(31) || coalesce(cast({{ column }} as string), chr(30)) {%- endfor %}
                    end as state_text
                from {{ events }}
                where {{ owner | join(' is not null and ') }} is not null
            ) as told
            where next_event_at is null or next_event_at > occurred_at
        ) as states
        where previous_state_text is null or previous_state_text != state_text
    ) as changes
    left join {{ ref('int_organizations') }} as organizations
        on changes.organization_id = organizations.organization_id
    where
        not changes.is_gone
        and (organizations.ended_at is null or changes.occurred_at < organizations.ended_at)
{%- endmacro %}

{#-
    Whether the half-open period of `relation` holds `moment`, a timestamp, or a date where the periods are of dates. Two plain comparisons: with an `or` instead, engines
    give up hashing an outer join and compare every row with every other.
-#}
{% macro holds_at(relation, moment) -%}
    {{ relation }}.valid_from <= {{ moment }}
    and {{ moment }} < coalesce({{ relation }}.valid_to, timestamp '9999-12-31 00:00:00')
{%- endmacro %}
