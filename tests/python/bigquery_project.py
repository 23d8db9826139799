"""The project as BigQuery would get it: compiled by dbt without a BigQuery anywhere.

dbt asks an adapter for four things to compile: how engine macros are spelled (its name), how
relations are quoted, what types there are and whether a table is there. The adapter below knows
that much of BigQuery and connects to nothing.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from dbt.adapters.base import AdapterPlugin, BaseRelation, available
from dbt.adapters.contracts.connection import Credentials
from dbt.adapters.sql import SQLAdapter, SQLConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from conftest import REPOSITORY

_PROFILE = """
mackerel_cs:
  target: bigquery
  outputs: {bigquery: {type: bigquery, database: project, schema: dataset, threads: 2}}
"""
# What dbt asks, and what our own macros ask, where a build goes on from the last good one.
_DAILY = {
    "macro.dbt.is_incremental": "{% macro is_incremental() %}"
    "{{ return(execute and model.config.materialized == 'incremental') }}{% endmacro %}",
    "macro.mackerel_cs.continues_last_build": "{% macro continues_last_build() %}"
    "{{ return(execute and model.resource_type != 'unit_test') }}{% endmacro %}",
}
_BETWEEN = "\n-- next text\n"


class _Offline(SQLConnectionManager):
    """Refuses every statement: nothing in a dry check may need one."""

    TYPE = "bigquery"

    @contextmanager
    def exception_handler(self, sql: str) -> Iterator[None]:
        yield

    @classmethod
    def open(cls, connection: Any) -> Any:
        raise AssertionError("the dry check connects to nothing")

    def cancel(self, connection: Any) -> None:
        """Nothing runs."""

    @classmethod
    def get_response(cls, cursor: Any) -> Any:
        raise AssertionError("the dry check connects to nothing")


@dataclass
class _Credentials(Credentials):
    """A project and a dataset, as dbt-bigquery has them, and no way in."""

    @property
    def type(self) -> str:
        return "bigquery"

    @property
    def unique_field(self) -> str:
        return "offline"

    def _connection_keys(self) -> tuple[str, ...]:
        return "database", "schema"


@dataclass(frozen=True, eq=False, repr=False)
class _Relation(BaseRelation):
    quote_character: str = "`"


class _Adapter(SQLAdapter):
    ConnectionManager = _Offline
    Relation = _Relation

    @classmethod
    def date_function(cls) -> str:
        return "current_date()"

    @classmethod
    def is_cancelable(cls) -> bool:
        return False

    @available
    def get_relation(self, database: str, schema: str, identifier: str) -> None:
        """No table is there yet."""


@dataclass(frozen=True)
class Compiled:
    """A node's SQL, and where it stands."""

    name: str
    kind: str
    path: str
    sql: str


class BigQueryProject:
    """The dbt project, parsed once with BigQuery as its target."""

    def __init__(self, folder: Path) -> None:
        """Keep what dbt writes in the folder."""
        self._folder = folder
        package = folder / "include"
        package.mkdir(parents=True)
        (package / "dbt_project.yml").write_text("name: dbt_bigquery\nmacro-paths: [macros]\n")
        (folder / "profiles.yml").write_text(_PROFILE)
        plugin = ModuleType("dbt.adapters.bigquery")
        plugin.Plugin = AdapterPlugin(_Adapter, _Credentials, str(package))  # type: ignore[attr-defined]
        version = ModuleType("dbt.adapters.bigquery.__version__")
        version.version = "0.0.0"  # type: ignore[attr-defined]
        sys.modules |= {plugin.__name__: plugin, version.__name__: version}
        self._manifest: Manifest = self._dbt("parse", "--no-partial-parse")

    def first_build(self) -> list[Compiled]:
        """Every model, data test and analysis as a build from nothing reads it."""
        return self._compiled(self._manifest.deepcopy())

    def daily_build(self) -> list[Compiled]:
        """The same as a build reads it that goes on from the last good one."""
        manifest = self._manifest.deepcopy()
        for name, text in _DAILY.items():
            manifest.macros[name].macro_sql = text
        return self._compiled(manifest)

    def rendered(self, texts: list[str]) -> list[str]:
        """SQL with calls of macros, rendered."""
        inline = ["compile", "--inline", _BETWEEN.join(texts)]
        results = self._dbt(*inline, manifest=self._manifest.deepcopy())
        return str(results[0].node.compiled_code).split(_BETWEEN)

    def _compiled(self, manifest: Manifest) -> list[Compiled]:
        return [
            Compiled(node.name, node.resource_type, node.original_file_path, node.compiled_code)
            for node in (result.node for result in self._dbt("compile", manifest=manifest))
            if node.resource_type in ("model", "test", "analysis", "operation")
        ]

    def _dbt(self, *words: str, manifest: Manifest | None = None) -> Any:
        options = ["--quiet", "--log-level", "none", "--log-level-file", "none"]
        places = {
            "--project-dir": REPOSITORY,
            "--profiles-dir": self._folder,
            "--target-path": self._folder / "target",
            "--log-path": self._folder / "logs",
        }
        asked = [str(word) for place in places.items() for word in place]
        if words[0] == "compile":
            asked += ["--no-introspect", "--no-populate-cache"]
        done = dbtRunner(manifest=manifest).invoke([*options, *words, *asked])
        if not done.success:
            found = getattr(done.result, "results", [])
            failures = [f"{one.node.name}: {one.message}" for one in found if one.message]
            raise AssertionError("\n".join(failures) or done.exception)
        return done.result
