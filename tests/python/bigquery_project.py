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

from compiled_project import CompiledProject

_PROFILE = """
mackerel_cs:
  target: bigquery
  outputs: {bigquery: {type: bigquery, database: project, schema: dataset, threads: 2}}
"""


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


def bigquery_project(folder: Path) -> CompiledProject:
    """The project with BigQuery as its target."""
    package = folder / "include"
    package.mkdir(parents=True)
    (package / "dbt_project.yml").write_text("name: dbt_bigquery\nmacro-paths: [macros]\n")
    (folder / "profiles.yml").write_text(_PROFILE)
    plugin = ModuleType("dbt.adapters.bigquery")
    plugin.Plugin = AdapterPlugin(_Adapter, _Credentials, str(package))  # type: ignore[attr-defined]
    version = ModuleType("dbt.adapters.bigquery.__version__")
    version.version = "0.0.0"  # type: ignore[attr-defined]
    sys.modules |= {plugin.__name__: plugin, version.__name__: version}
    return CompiledProject(folder, "bigquery", profiles=folder)
