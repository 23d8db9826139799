{#-
    Whole number nearest to numerator / denominator, halves up; both are whole numbers, the denominator above 0. Exact on every engine as long as twice the numerator stays below
    2^53: a double then holds the sum, and the quotient of two whole numbers is nowhere near enough to the next whole number to be rounded onto it.
-#}
{% macro rounded_ratio(numerator, denominator) -%}
    cast(floor((2 * ({{ numerator }}) + ({{ denominator }})) / (2 * ({{ denominator }}))) as bigint)
{%- endmacro %}
