{#- What the health score is made of, in the order in which it is shown and in which it adds up: the rows of the seed `health_components`. -#}
{% macro health_components() -%}
    {{ return([
        'hosts_reporting', 'hosts_in_roles', 'agents_current', 'integrations', 'monitors_per_role', 'monitors_unmuted',
        'channels_working', 'alerts_acted_on', 'hours_to_close', 'dashboards_used', 'people_active', 'people_acting',
        'automation', 'tickets_open', 'recommendation', 'payment', 'room_in_plan',
    ]) }}
{%- endmacro %}

{#- Ten-thousandths of a score, whole: what makes a score up and what changes it is added up in these, and comes out exactly. -#}
{% macro ten_thousandths(numerator, denominator) -%}
    {{ rounded_ratio('10000 * (' ~ numerator ~ ')', denominator) }}
{%- endmacro %}

{#- A whole number of ten-thousandths as the decimal it stands for. -#}
{% macro as_score(whole_number) -%}
    cast(cast({{ whole_number }} as decimal(14, 0)) * cast(0.0001 as decimal(5, 4)) as decimal(9, 4))
{%- endmacro %}

{#- A score: weighted points by weight, rounded to four decimals, halves up. -#}
{% macro score_of(numerator, denominator) -%}
    {{ as_score(ten_thousandths(numerator, denominator)) }}
{%- endmacro %}

{#- What a score moves by from one numerator to another, each rounded: steps that follow one another add up to the whole way. -#}
{% macro score_step(numerator_before, numerator_after, denominator) -%}
    {{ as_score(ten_thousandths(numerator_after, denominator) ~ ' - ' ~ ten_thousandths(numerator_before, denominator)) }}
{%- endmacro %}

{#-
    Points, 0 to 100, of `measure`_part / `measure`_whole on the straight line between the thresholds: worst (0) and, `width` further in
    `direction`, best (100), all in thousandths.
-#}
{% macro health_points(measure, threshold) -%}
    {%- set distance = '(1000 * ' ~ measure ~ '_part - ' ~ threshold ~ '_worst * ' ~ measure ~ '_whole)' -%}
    greatest(0, least(100, {{ rounded_ratio(
        '100 * ' ~ threshold ~ '_direction * ' ~ distance, threshold ~ '_width * ' ~ measure ~ '_whole'
    ) }}))
{%- endmacro %}

{#- A component's weight in a profile, 0 where its points are not known. -#}
{% macro weight_if_known(weights, points, component) -%}
    case when {{ points }}.{{ component }} is null then 0 else {{ weights }}.{{ component }}_weight end
{%- endmacro %}

{#-
    How a component moves the score, as numerators over the columns of `int_health_day_pairs`: what it did, what the change of profile did to its weight, and what was known of it.
    `data_of_all` is data where the new profile counts nothing of what was known, so that there is no way over it.
-#}
{% macro health_change_terms(component) -%}
    {%- set before, after = component ~ '_before', component ~ '_after' -%}
    {%- set old, kept, new = component ~ '_weight_before', component ~ '_weight_kept', component ~ '_weight_after' -%}
    {%- set both = '(coalesce(' ~ before ~ ', ' ~ after ~ ', 0) + coalesce(' ~ after ~ ', ' ~ before ~ ', 0))' -%}
    {{ return({
        'behaviour': 'coalesce(' ~ after ~ ' - ' ~ before ~ ', 0) * (' ~ new ~ ' * weight_before + ' ~ old ~ ' * weight_after)',
        'profile': both ~ ' * (' ~ kept ~ ' * weight_before - ' ~ old ~ ' * weight_kept)',
        'data': both ~ ' * (' ~ new ~ ' * weight_kept - ' ~ kept ~ ' * weight_after)',
        'data_of_all': both ~ ' * (' ~ new ~ ' * weight_before - ' ~ old ~ ' * weight_after)',
    }) }}
{%- endmacro %}

{#- Days over which the score looks back, and a fall of it is added up: four whole weeks that end with the date, so that the shape of weekdays cancels. -#}
{% macro health_window_days() -%}
    {{ return(28) }}
{%- endmacro %}
