"""What the last build recomputed: where publishing meets the incremental models.

The strategies of `macros/incremental` replace just these rows of a mart; nothing else differs
between two good builds in a row.
"""

from mackerel_cs.publish.models import Model
from mackerel_cs.publish.sql import quoted

_TOUCHED = "warehouse.intermediate"


def recomputed_rows(model: Model, relation: str) -> str | None:
    """SQL: the rows of the mart that the last build may have changed; none where it may be any."""
    touched = _touched_keys(model) or _touched_dates(model)
    return touched and f"select mart.* from {relation} as mart semi join {touched}"


def _touched_keys(model: Model) -> str | None:
    if model.scope is None:
        return None
    same = (f"mart.{quoted(key)} = touched.{quoted(key)}" for key in model.scope.keys)
    return f"warehouse.{model.scope.relation} as touched on {' and '.join(same)}"


def _touched_dates(model: Model) -> str | None:
    date = f"mart.{quoted(model.date_column or '')}"
    return {
        "touched_days": (
            f"{_TOUCHED}.int_touched_days as touched "
            f"on mart.organization_id = touched.organization_id and {date} = touched.touched_date"
        ),
        "onward": (
            f"{_TOUCHED}.int_touched_organizations as touched "
            "on mart.organization_id = touched.organization_id "
            f"and {date} >= touched.touched_from_date"
        ),
    }.get(model.strategy or "")
