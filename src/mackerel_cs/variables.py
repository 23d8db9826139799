"""The dbt vars a user may set, checked before anything is started."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import available_timezones

import yaml

from mackerel_cs.errors import UserError

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def dbt_vars(text: str | None, as_of: str | None, known_at: str | None) -> dict[str, Any]:
    """Vars for dbt from `--vars`, `--as-of` and `--known-at`; UserError for a value that cannot be.

    A var that this project does not check here (a later one, one of a package) is handed on.
    """
    given = _parsed(text)
    for option, name, value in (
        ("--as-of", "as_of_date", as_of),
        ("--known-at", "known_at", known_at),
    ):
        if value is None:
            continue
        if name in given:
            raise UserError(f"{option} and --vars both set {name}.", "Leave out one of them.")
        given[name] = value
    return {
        name: _CHECKS[name](name, value) if name in _CHECKS else value
        for name, value in given.items()
    }


def _parsed(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        given = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):  # the latter from a date that no calendar has
        given = None
    if not isinstance(given, dict) or not all(isinstance(name, str) for name in given):
        raise UserError(
            f"--vars {text!r} is no YAML or JSON object.",
            "Write it like --vars '{week_start: sunday, business_timezone: Europe/Paris}'.",
        )
    return given


def _refused(name: str, value: Any, accepted: str) -> UserError:
    return UserError(f"The var {name} is {str(value)!r}.", f"Use {accepted}.")


def _date(name: str, value: Any) -> str:
    """An ISO date; empty stays empty (the default)."""
    text = str(value) if isinstance(value, str | date) else ""
    if value in ("", None):
        return ""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise _refused(name, value, "a date such as 2026-03-31, or leave it out")


def _moment(name: str, value: Any) -> str:
    """A moment with a zone, handed on in UTC to the second; empty stays empty (the default)."""
    if value in ("", None):
        return ""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        if moment.tzinfo is not None and moment.microsecond == 0:
            return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError):
        pass
    raise _refused(
        name,
        value,
        "a time with a zone, to the second, such as 2026-03-31T15:00:00Z, or leave it out",
    )


def _one_of(choices: frozenset[str], accepted: str) -> Callable[[str, Any], str]:
    def check(name: str, value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise _refused(name, value, accepted)
        return value

    return check


def _whole(least: int, most: int) -> Callable[[str, Any], int]:
    def check(name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise _refused(name, value, f"a whole number from {least} to {most}")
        return value

    return check


def _not_here(name: str, value: Any) -> Any:
    raise UserError(
        f"--vars sets {name} to {value!r}.",
        "Use `mackerel-cs backfill --from ... --to ...`: it sets the var itself.",
    )


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "as_of_date": _date,
    "backfill": _not_here,
    "first_possible_date": _date,
    "known_at": _moment,
    "week_start": _one_of(frozenset(_WEEKDAYS), f"one of {', '.join(_WEEKDAYS)}"),
    "business_timezone": _one_of(
        frozenset(available_timezones()), "a zone name such as Asia/Tokyo or UTC"
    ),
    "fiscal_year_start_month": _whole(1, 12),
    "clock_skew_hours": _whole(0, 24 * 365),
}
