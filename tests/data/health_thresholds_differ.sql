-- Thresholds between which there is no line.
select
    score_version,
    component,
    worst_at,
    best_at,
    'Worst and best must be two different numbers' as reason
from {{ ref('health_thresholds') }}
where
    worst_at is null
    or best_at is null
    or worst_at = best_at
