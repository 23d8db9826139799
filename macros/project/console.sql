{#- Who did what in the console: the `actor` that every console event carries. -#}

{#- The fields of `actor`, for staged_events(). -#}
{% macro console_actor_fields() -%}
    {{ return({
        'type': 'string', 'userId': 'string', 'screenName': 'string', 'apiKeyId': 'string', 'client': 'string',
    }) }}
{%- endmacro %}

{#- The actor's columns, last in every console model. -#}
{% macro console_actor_columns() -%}
    payload.actor.type as actor_type,
    payload.actor.userId as actor_user_id,
    payload.actor.screenName as actor_screen_name,
    payload.actor.apiKeyId as api_key_id,
    payload.actor.client
{%- endmacro %}

{#- Whether a console event is an act: who only looks or signs in leaves no work behind. -#}
{% macro is_act(event_type) -%}
    {{ text_part(event_type, '.', -1) }} not in ('viewed', 'signed-in')
{%- endmacro %}
