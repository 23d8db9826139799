"""The statements dbt sends to DuckDB, taken down while it works in this process.

As a program (`python -m benchmarks.recording FILE WORDS...`) it runs dbt with the words and leaves
in the file, as JSON, what a script of the same work has to say: lists of texts of SQL, each of
which dbt sent over one connection.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from dbt.cli.main import dbtRunner
from dbt_common.events.contextvars import get_node_info

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Their answers went to dbt, which has made up its mind; DuckDB is left as it was.
_QUESTIONS = ("select", "describe")


class Statement(NamedTuple):
    """A text, with the node it was sent for (none: the run as a whole) and over which cursor."""

    node: str | None
    cursor: Any
    sql: str

    @property
    def is_of_test(self) -> bool:
        """Whether a data test asked it."""
        return (self.node or "").startswith("test.")

    @property
    def is_question(self) -> bool:
        """Whether it leaves DuckDB as it was."""
        return self.sql.lower().startswith(_QUESTIONS)


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """The list to which each statement is added, without its comments, until the block ends."""
    sent: list[Statement] = []
    execute: Callable[..., object] = DuckDBCursorWrapper.execute

    def heard(cursor: Any, sql: str, bindings: object = None) -> object:
        text = _COMMENT.sub("", sql).strip()
        sent.append(Statement(get_node_info().get("unique_id"), cursor, text))
        return execute(cursor, sql, bindings)

    with patch.object(DuckDBCursorWrapper, "execute", heard):
        yield sent


def main(file: str, *words: str) -> None:
    """Run dbt and write its script: what changes the warehouse, and the question of each test."""
    with recorded() as sent:
        done = dbtRunner().invoke(list(words))
    if not done.success:
        sys.exit(f"dbt failed: {done.exception or done.result}")
    script: dict[tuple[str | None, int], list[str]] = {}
    for one in sent:
        if one.is_of_test or not one.is_question:
            script.setdefault((one.node, id(one.cursor)), []).append(one.sql)
    Path(file).write_text(json.dumps(list(script.values())), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
