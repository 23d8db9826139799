"""Whether what is about to be published can be held against what is published."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from mackerel_cs.settings import Settings

# With another value here the same rows mean something else.
_MEANING = ("business_timezone", "known_at", "clock_skew_hours", "first_possible_date")


@dataclass(frozen=True)
class Comparison:
    """Which publication is the yardstick, or why there is none."""

    is_possible: bool
    told: str


def comparison(
    settings: Settings, variables: dict[str, Any], *, is_change_accepted: bool
) -> Comparison:
    """Look at the manifest of the last publication.

    A build of an earlier date, or with other vars, differs by right: it is not compared.
    """
    if is_change_accepted:
        return Comparison(False, "not compared with the last publication: the change is accepted")
    path = settings.published / "manifest.json"
    if not path.exists() or not settings.marts.exists():
        return Comparison(False, "nothing was published before")
    try:
        published = json.loads(path.read_text("utf-8"))
        build_id, published_vars = published["build_id"], published["vars"]
        published_date = date.fromisoformat(published["as_of_date"])
    except (OSError, ValueError, KeyError, TypeError):
        return Comparison(False, "the last publication has no readable manifest")
    changed = [name for name in _MEANING if published_vars.get(name) != variables.get(name)]
    if changed:
        return Comparison(False, f"the last publication had another {', '.join(changed)}")
    as_of_date = _as_of_date(settings)
    if as_of_date is not None and published_date > as_of_date:
        return Comparison(False, f"the last publication ({published_date}) lies after {as_of_date}")
    return Comparison(True, f"compared with build {build_id} as of {published_date}")


def _as_of_date(settings: Settings) -> date | None:
    """The date the warehouse is about; none where it holds no event or is no whole build."""
    try:
        with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
            found: date | None = connection.execute(
                "select as_of_date from intermediate.int_as_of"
            ).fetchall()[0][0]
            return found
    except (duckdb.Error, IndexError):
        return None  # said by the measures, in words a user can act on
