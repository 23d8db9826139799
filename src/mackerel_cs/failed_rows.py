"""The rows that made a data test red, as lines for whoever reads the message.

Few and short; what may be personal data is left out, because messages end in logs and mails.
"""

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from mackerel_cs.check.measure import ADDRESS
from mackerel_cs.dbt_project import LastRun

Rows = list[dict[str, Any]]
# Answers a query in the warehouse that was built; it changes nothing there.
Ask = Callable[[str], Rows]

_ROWS_SHOWN = 3
_VALUES_SHOWN = 6
_VALUE_LENGTH = 60
_REASON_LENGTH = 240
_WIDTH = 80
_INDENT = " " * 6
# A test says why in a column it names itself; a seed's own `reason`, shown by `select *`, is none.
_SAYS_WHY = re.compile(r"\bas\s+reason\b", re.IGNORECASE)
# How often a row is there: dbt's own tests give one row for each row of the model.
_TIMES = "failed_row_count"
# What dbt's own tests call the column they are about.
_STAND_INS = frozenset({"from_field", "unique_field", "value_field"})
# Text alone tells of people.
_NO_TEXT = (bool, int, float, Decimal, date, type(None))


def told_rows(run: LastRun, result: Mapping[str, Any], ask: Ask) -> list[str]:
    """Lines below the one that names the failed test; none for a model, or a test that broke."""
    if result["status"] != "fail" or not result["unique_id"].startswith("test."):
        return []
    try:
        test = _Test.of(run.manifest["nodes"], result["unique_id"])
        # In one order, so that the same warehouse gives the same message.
        query = f"""
select *, count(*) as {_TIMES} from (
{result["compiled_code"]}
) as failed group by all order by all limit {_ROWS_SHOWN + 1}
"""
        return test.told(ask(query), result["failures"])
    except Exception as error:
        # Whatever keeps them from being read: that the test is red is what has to be told.
        said = next(iter(str(error).splitlines()), type(error).__name__)
        return _wrapped("", f"(its rows cannot be read: {_printable(said, _REASON_LENGTH)})")


@dataclass(frozen=True)
class _Test:
    """A data test, and what the project says of the columns it may give.

    `known` are the columns of what it reads, `personal` those tagged as personal data. `keys` are
    the primary key of the model it belongs to, `named` the words of its arguments; `tested` is the
    column it is about, if that is one. `is_counted` says whether its failures are its rows.
    """

    known: frozenset[str]
    personal: frozenset[str]
    keys: frozenset[str]
    named: frozenset[str]
    tested: str | None
    says_why: bool
    is_counted: bool

    @classmethod
    def of(cls, nodes: Mapping[str, Any], unique_id: str) -> "_Test":
        test = nodes[unique_id]
        read = [nodes[name] for name in test["depends_on"]["nodes"] if name in nodes]
        columns = [column for node in read for column in node["columns"].values()]
        said = [str(value) for name, value in _arguments(test).items() if name != "model"]
        return cls(
            known=frozenset(column["name"] for column in columns),
            personal=frozenset(column["name"] for column in columns if _is_personal(column)),
            keys=_keys(nodes, test.get("attached_node")),
            named=frozenset(re.findall(r"\w+", " ".join(said))),
            tested=test.get("column_name"),
            says_why=bool(_SAYS_WHY.search(test["compiled_code"])),
            is_counted=test["config"]["fail_calc"] == "count(*)" and not test["config"]["limit"],
        )

    def told(self, rows: Rows, failures: int) -> list[str]:
        """Lines for the rows it gave: one more than is shown, where there are more."""
        names = [name for name in rows[0] if self._is_value(name)] if rows else []
        shown = [name for name in names if self._may_show(name, [row[name] for row in rows])]
        rows_shown = rows[:_ROWS_SHOWN]
        told = [line for row in rows_shown for line in self._told_row(row, self._ordered(shown))]
        if told and len(rows) > _ROWS_SHOWN:
            more = f"{failures - sum(row[_TIMES] for row in rows_shown):,} "
            told.append(f"{_INDENT}... and {more if self.is_counted else ''}more")
        if len(shown) < len(names):
            left_out = ", ".join(name for name in names if name not in shown)
            told += _wrapped("", f"(not shown, may be personal data: {left_out})")
        return told

    def _told_row(self, row: Mapping[str, Any], names: Sequence[str]) -> list[str]:
        reason = row["reason"] if "reason" in row and self.says_why else None
        # Nothing but null is what dbt's `not_null` gives: it says nothing.
        if reason is None and all(row[name] is None for name in names):
            return []
        count = max(_VALUES_SHOWN, len((self.keys | self.named).intersection(names)))
        values = [f"{self._label(name)}={_value(row[name])}" for name in names[:count]]
        values += ["..."] if len(names) > count else []
        values += [f"({row[_TIMES]:,} times)"] if row[_TIMES] > 1 else []
        parts = [] if reason is None else [_printable(str(reason), _REASON_LENGTH)]
        parts += [" ".join(values)] if values else []
        return [
            line
            for part, bullet in zip(parts, ("- ", "  "), strict=False)
            for line in _wrapped(bullet, part)
        ]

    def _is_value(self, name: str) -> bool:
        return name != _TIMES and not (name == "reason" and self.says_why)

    def _may_show(self, name: str, values: Sequence[Any]) -> bool:
        """Whether the column cannot hold personal data, by its name or by its values."""
        if self._label(name) in self.personal:
            return False
        is_text = not all(isinstance(value, _NO_TEXT) for value in values)
        return not is_text or not self.personal or self._label(name) in self.known

    def _ordered(self, names: Sequence[str]) -> list[str]:
        """First which row it is, then what the test is about, then the rest as it comes."""
        return sorted(names, key=lambda name: (name not in self.keys, name not in self.named))

    def _label(self, name: str) -> str:
        return self.tested if self.tested and name in _STAND_INS else name


def _arguments(test: Mapping[str, Any]) -> dict[str, Any]:
    """Of a generic test; a singular one has none."""
    arguments: dict[str, Any] = (test.get("test_metadata") or {}).get("kwargs", {})
    return arguments


def _keys(nodes: Mapping[str, Any], model: str | None) -> frozenset[str]:
    """The columns that the project's test `primary_key` names for the model."""
    return frozenset(
        column
        for node in nodes.values()
        if model is not None and node.get("attached_node") == model
        if node["test_metadata"]["name"] == "primary_key"
        for column in _arguments(node)["columns"]
    )


def _is_personal(column: Mapping[str, Any]) -> bool:
    return bool((column.get("config") or {}).get("meta", {}).get("contains_pii"))


def _value(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return str(value).removesuffix("000")  # no microseconds where there are none
    text = _printable(str(value), _VALUE_LENGTH)
    is_word = isinstance(value, _NO_TEXT) or (text and not re.search(r"\s", text))
    return text if is_word else f"'{text}'"


def _printable(text: str, length: int) -> str:
    """In one line without anything a terminal would obey, and without addresses."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    line = re.sub(ADDRESS, "(address)", line)
    return line if len(line) <= length else line[: length - 3] + "..."


def _wrapped(bullet: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=_INDENT + bullet,
        subsequent_indent=_INDENT + " " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )
