"""Builds without dbt: the statements it sent once, sent again over other raw logs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Self

import duckdb
import pyarrow as pa
from benchmarks.script import as_dbt_connects

from equality.record import Step
from mackerel_cs.settings import Settings

# A file's number tells when it came: by its nature another one where everything comes at once.
OF_DELIVERIES = ("landing_number", "first_landing_number")

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Scripts:
    """The ways dbt builds: anew, over what is there already, going on from it, and `--empty`."""

    anew: list[Step]
    anew_over: list[Step]
    continuing: list[Step]
    empty: list[Step]


class BuildKilledError(Exception):
    """A build that ended where it was told to."""


class Warehouse:
    """A DuckDB whose tables can be compared with another's."""

    def __init__(self, path: str = ":memory:", mode: str = "") -> None:
        """Open what lies at the path, or a new one in memory."""
        self._database = duckdb.connect(config={"threads": 1})
        self._database.execute(f"attach '{path}' as warehouse {mode}")

    @classmethod
    def of_dbt(cls, settings: Settings) -> "Warehouse":
        """The one dbt has built, to look at."""
        return cls(str(settings.warehouse), "(read_only)")

    def __enter__(self) -> Self:
        """Itself, until the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give the memory back."""
        self._database.close()

    def _relations(self) -> list[tuple[str, str]]:
        return self._database.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_catalog = 'warehouse'"
        ).fetchall()

    def _one(self, sql: str) -> Any:
        (found,) = self._database.execute(sql).fetchall()
        return found[0]

    def columns(self, relations: Iterable[str]) -> dict[str, str]:
        """By relation, its columns but those that tell of deliveries."""
        found = self._database.execute(
            "select schema_name || '.' || table_name, "
            "string_agg('\"' || column_name || '\"', ', ' order by column_name) "
            "from duckdb_columns() where database_name = 'warehouse' "
            f"and column_name not in {OF_DELIVERIES} group by all"
        ).fetchall()
        return {relation: columns for relation, columns in found if relation in set(relations)}

    def digests(self, columns: dict[str, str]) -> dict[str, Row]:
        """By relation: how many rows it has, and a number that differs where a row does."""
        asked = " union all ".join(
            f"select '{relation}', count(*), sum(hash({listed})) from warehouse.{relation}"
            for relation, listed in columns.items()
        )
        return {name: tuple(told) for name, *told in self._database.execute(asked).fetchall()}

    def forget(self, organization_id: str) -> dict[str, int]:
        """Take the organization's rows out; how many, by relation that tells of organizations."""
        relations = self._database.execute(
            "select schema_name || '.' || table_name from duckdb_columns() "
            "inner join duckdb_tables() using (database_name, schema_name, table_name) "
            "where database_name = 'warehouse' and column_name = 'organization_id'"
        ).fetchall()
        return {
            name: self._one(
                f"delete from warehouse.{name} where organization_id = '{organization_id}'"
            )
            for (name,) in relations
        }

    def rows(self, relation: str, columns: str) -> list[Row]:
        """The rows of a relation in the order in which they lie there."""
        return self._database.execute(f"select {columns} from warehouse.{relation}").fetchall()


class Replay(Warehouse):
    """A warehouse in memory that is built by replaying what dbt sent."""

    def __init__(self, scripts: Scripts) -> None:
        """Begin with nothing."""
        super().__init__()
        self._scripts = scripts

    def build(self, files: pa.Table, *, stop_at: float | None = None) -> None:
        """As `dbt build` would; `stop_at` (a share of the statements) kills it before its end."""
        self._run(self._scripts.continuing if self._is_good() else self._anew(), files, stop_at)

    def build_empty(self, files: pa.Table) -> None:
        """As `dbt build --empty` would, in a new warehouse."""
        self._run(self._scripts.empty, files, None)

    def _is_good(self) -> bool:
        """Whether there is a good build to go on from; the fingerprint is always the same here."""
        if ("operations", "good_builds") not in self._relations():
            return False
        return bool(
            self._one(
                "select max_by(build_fingerprint, build_number) != 'superseded' "
                "from warehouse.operations.good_builds"
            )
        )

    def _anew(self) -> list[Step]:
        """What dbt sends for a node depends on whether an earlier build left it there."""
        there = {name for _, name in self._relations()}
        over = defaultdict(list)
        for step in self._scripts.anew_over:
            over[step.node].append(step)
        return [
            step
            for node, steps in groupby(self._scripts.anew, key=lambda step: step.node)
            for step in (over[node] if node and node.split(".")[-1] in there else steps)
        ]

    def _run(self, steps: list[Step], files: pa.Table, stop_at: float | None) -> None:
        self._drop_leftovers()
        total = sum(len(step.statements) for step in steps)
        left = total if stop_at is None else int(total * stop_at)
        for step in steps:
            with as_dbt_connects(self._database, files) as cursor:
                cursor.execute("use warehouse")
                try:
                    for sql in step.statements[: max(left, 0)]:
                        cursor.execute(sql)
                except duckdb.ConstraintException:
                    # A log without one event has no date: the build is red, and not recorded.
                    if self._one("select as_of_date from warehouse.intermediate.int_as_of"):
                        raise
            left -= len(step.statements)
            if left < 0:
                raise BuildKilledError

    def _drop_leftovers(self) -> None:
        """dbt does so before it makes a relation, where a killed build left a half-made one."""
        for schema, name in self._relations():
            if name.endswith(("__dbt_tmp", "__dbt_backup")):
                is_view = self._one(
                    "select count(*) from duckdb_views() "
                    f"where schema_name = '{schema}' and view_name = '{name}'"
                )
                kind = "view" if is_view else "table"
                self._database.execute(f'drop {kind} warehouse."{schema}"."{name}"')


def differing(
    ours: Warehouse, theirs: Warehouse, relations: list[str]
) -> Iterator[tuple[str, str, list[tuple[str, Row]]]]:
    """Relations that differ: name, columns, and the rows only one side has, in a settled order."""
    columns = ours.columns(relations)
    assert set(columns) == set(relations), set(relations) - set(columns)
    found, wanted = ours.digests(columns), theirs.digests(columns)
    for relation in relations:
        if found[relation] != wanted[relation]:
            some = Counter(ours.rows(relation, columns[relation]))
            others = Counter(theirs.rows(relation, columns[relation]))
            only = [("-", row) for row in (others - some).elements()]
            only += [("+", row) for row in (some - others).elements()]
            yield relation, columns[relation], sorted(only, key=lambda one: repr(one[::-1]))
