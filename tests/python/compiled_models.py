"""Models and data tests as a finished build compiled them, run over tables made by hand."""

import re
from collections.abc import Iterable
from typing import Any, Self

import duckdb
import pyarrow as pa

from conftest import REPOSITORY
from mackerel_cs.settings import Settings

Rows = list[dict[str, Any]]

_RELATION = re.compile(r'"warehouse"\."(\w+)"\."(\w+)"')


class CompiledModels:
    """A DuckDB in memory in which one model after the other can be made."""

    def __init__(self, built: Settings) -> None:
        """Read what the build compiled; it was a first one, so that every row is made."""
        folder = built.data.parent / "target" / "compiled" / "mackerel_cs"
        # What the YAML files say lies in folders called like them.
        files = [path for path in folder.rglob("*.sql") if ".yml/" not in str(path)]
        self._sql = {path.stem: path.read_text("utf-8") for path in files}
        relations = {found for sql in self._sql.values() for found in _RELATION.findall(sql)}
        self._schemas = {name: schema for schema, name in relations}
        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.execute("attach ':memory:' as warehouse")
        for schema in sorted(set(self._schemas.values())):
            self.connection.execute(f'create schema warehouse."{schema}"')

    def __enter__(self) -> Self:
        """Itself, until the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give the memory back."""
        self.connection.close()

    def relation(self, name: str) -> str:
        """Where a model or a seed lies."""
        return f'"warehouse"."{self._schemas[name]}"."{name}"'

    def give(self, name: str, rows: Rows, columns: str = "*") -> None:
        """Make the table of these rows; `columns` gives types where a column may be all null."""
        self.connection.register("given", pa.Table.from_pylist(rows))
        self._make(name, f"select {columns} from given")

    def give_seed(self, name: str) -> None:
        """Make the table of the seed as it lies in the project, each column a text or a number."""
        self._make(name, f"from read_csv('{REPOSITORY}/seeds/{name}.csv', header = true)")

    def make(self, names: Iterable[str]) -> None:
        """Make the tables of models, in this order."""
        for name in names:
            self._make(name, self._sql[name])

    def rows(self, name: str) -> Rows:
        """All rows of a relation."""
        return self._rows(f"from {self.relation(name)}")

    def found_by(self, test: str) -> Rows:
        """The rows a data test finds fault with."""
        return self._rows(self._sql[test])

    def _make(self, name: str, query: str) -> None:
        self.connection.execute(f"create or replace table {self.relation(name)} as {query}")

    def _rows(self, query: str) -> Rows:
        found = self.connection.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
