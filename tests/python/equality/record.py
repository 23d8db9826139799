"""The statements dbt sends to DuckDB, taken down while it builds.

What a model's statements are depends on the project and on whether the build goes on from an
earlier one, never on the data: which rows are recomputed is told by tables. So the statements of
one build are those of any.
"""

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt_common.events.contextvars import get_node_info

_BUILD = ("--quiet", "--log-level-file", "none", "--no-write-json", "build", "--threads", "1")
# Data tests and unit tests leave nothing behind.
_BUILD += ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Their answers went to dbt, which has made up its mind; DuckDB is left as it was.
_QUESTIONS = ("select", "describe")


class Model(NamedTuple):
    """What the comparison has to know of a model."""

    schema: str
    name: str
    meta: dict[str, Any]


Models = list[Model]


@dataclass(frozen=True)
class Step:
    """What dbt sent over one connection for one node; `node` is none for the run as a whole."""

    node: str | None
    statements: tuple[str, ...]


class Recorder:
    """A dbt project that is parsed once and built in this process, for which it is the only one."""

    def __init__(self) -> None:
        """Parse it."""
        self._manifest = _result(dbtRunner().invoke(["--quiet", "parse"]))

    def models(self) -> Models:
        """Each model's schema, name and meta."""
        return [
            Model(node.schema, node.name, dict(node.config.meta))
            for node in self._manifest.nodes.values()
            if node.resource_type == "model"
        ]

    def build(self, *words: str) -> list[Step]:
        """Run `dbt build` and take down its statements; RuntimeError when it is red."""
        sent: list[tuple[str | None, DuckDBCursorWrapper, str]] = []
        execute = DuckDBCursorWrapper.execute

        def heard(cursor: DuckDBCursorWrapper, sql: str, bindings: object = None) -> object:
            text = _COMMENT.sub("", sql).strip()
            if not text.lower().startswith(_QUESTIONS):
                sent.append((get_node_info().get("unique_id"), cursor, text))
            return execute(cursor, sql, bindings)

        DuckDBCursorWrapper.execute = heard
        try:
            _result(dbtRunner(manifest=self._manifest).invoke([*_BUILD, *words]))
        finally:
            DuckDBCursorWrapper.execute = execute
        # One connection after the other, as one thread used them.
        return [
            Step(node, tuple(sql for _, _, sql in group))
            for (node, _), group in groupby(sent, key=lambda row: (row[0], id(row[1])))
        ]


def _result(done: dbtRunnerResult) -> Any:
    if not done.success:
        raise RuntimeError(f"dbt failed: {done.exception or done.result}")
    return done.result
