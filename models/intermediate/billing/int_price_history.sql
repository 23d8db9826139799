select
    plan,
    item,
    billing_regime,
    unit_price_jpy,
    valid_from,
    valid_to,
    is_public,
    source
from {{ ref('plan_prices') }}
