-- Profiles whose weights do not add up to 100 percent, or that weigh less than nothing.
select
    score_version,
    profile,
    'The weights of a profile must be 0 or more and add up to 100' as reason,
    sum(weight) as weight_sum
from {{ ref('health_weights') }}
group by score_version, profile
having
    sum(weight) != 100
    or min(weight) < 0
