{#-
    With n = weight / known weight, and 0 for the day before, the change of the score is the sum of
    (x1 - x0)(n1 + n0)/2 over the components, which is behaviour, and of (n1 - n0)(x1 + x0)/2. Of the
    latter the way from n0 to the new profile's weights over what was known before is profile; the
    rest is data: what came to be known, or is known no more. A component known on one of the days
    only has its points of that day on both. All terms of a day have one denominator.
-#}
{%- set causes = [] -%}
{%- set profile_terms = [] -%}
{%- set data_terms = [] -%}
{%- set data_terms_of_all = [] -%}
{%- for component in health_components() -%}
    {%- set terms = health_change_terms(component) -%}
    {%- do causes.append({
        'place': loop.index, 'cause': 'behaviour', 'component': component,
        'told_before': 'cast(' ~ component ~ '_before as string)',
        'told_after': 'cast(' ~ component ~ '_after as string)',
        'term': terms.behaviour ~ ' * kept_or_one',
    }) -%}
    {%- do profile_terms.append(terms.profile) -%}
    {%- do data_terms.append(terms.data) -%}
    {%- do data_terms_of_all.append(terms.data_of_all) -%}
{%- endfor -%}
{%- do causes.append({
    'place': causes | length + 1, 'cause': 'profile', 'component': 'all',
    'told_before': 'profile_before', 'told_after': 'profile_after', 'term': 'profile_term',
}) -%}
{%- do causes.append({
    'place': causes | length + 1, 'cause': 'data', 'component': 'all',
    'told_before': 'cast(weight_before as string)', 'told_after': 'cast(weight_after as string)',
    'term': 'data_term',
}) -%}
{%- set rows = [] -%}
{%- for cause in causes -%}
    {%- do rows.append(dict(cause,
        place='cast(' ~ cause.place ~ ' as bigint)',
        cause="'" ~ cause.cause ~ "'", component="'" ~ cause.component ~ "'"
    )) -%}
{%- endfor -%}
with pairs as (
    select
        *,
        greatest(weight_kept, 1) as kept_or_one
    from {{ onward(ref('int_health_day_pairs'), 'state_date') }}
),

-- Where the new profile counts nothing of what was known, its effect is that of the data.
changed as (
    select
        *,
        2 * weight_before * weight_after * kept_or_one as denominator,
        2 * weight_after * kept_or_one * weighted_points_before as score_before_term,
        case when weight_kept = 0 then 0 else weight_after * (
            {{ profile_terms | join('\n            + ') }}
        ) end as profile_term,
        case when weight_kept = 0 then (
            {{ data_terms_of_all | join('\n            + ') }}
        ) else weight_before * (
            {{ data_terms | join('\n            + ') }}
        ) end as data_term
    from pairs
)

select
    changed.organization_id,
    changed.state_date,
    changed.denominator,
    changed.score_before_term,
    causes.place,
    causes.cause,
    causes.component,
    causes.told_before,
    causes.told_after,
    causes.term
from changed
{{ unnest_rows(rows, 'causes') }}
where causes.term != 0
