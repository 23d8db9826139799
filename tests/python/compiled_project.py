"""The project's SQL as dbt hands it to an engine, in a first build and in a daily one."""

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from conftest import REPOSITORY

# What dbt asks, and what our own macros ask, to know from where a build goes on.
_FIRST = {
    "macro.dbt.is_incremental": "{% macro is_incremental() %}{{ return(false) }}{% endmacro %}",
}
_DAILY = {
    "macro.dbt.is_incremental": "{% macro is_incremental() %}"
    "{{ return(execute and model.config.materialized == 'incremental') }}{% endmacro %}",
    "macro.mackerel_cs.continues_last_build": "{% macro continues_last_build() %}"
    "{{ return(execute and model.resource_type != 'unit_test') }}{% endmacro %}",
}
_BETWEEN = "\n-- next text\n"


@dataclass(frozen=True)
class Compiled:
    """A node's SQL, and where it stands."""

    name: str
    kind: str
    path: str
    sql: str


class CompiledProject:
    """The dbt project, parsed once for a target of the profile in `profiles`."""

    def __init__(self, folder: Path, target: str, profiles: Path = REPOSITORY) -> None:
        """Keep what dbt writes in the folder."""
        self._places = {
            "--project-dir": REPOSITORY,
            "--profiles-dir": profiles,
            "--target": target,
            "--target-path": folder / "target",
            "--log-path": folder / "logs",
        }
        self._manifest: Manifest = self._dbt("parse", "--no-partial-parse")

    def drop_hooks(self) -> None:
        """Leave out the hooks of a run: some ask the engine while they are compiled."""
        nodes = self._manifest.nodes
        self._manifest.nodes = {
            name: node for name, node in nodes.items() if node.resource_type != "operation"
        }

    def first_build(self) -> list[Compiled]:
        """Every model, data test and analysis as a build from nothing reads it."""
        return self._compiled(_FIRST)

    def daily_build(self) -> list[Compiled]:
        """The same as a build reads it that goes on from the last good one."""
        return self._compiled(_DAILY)

    def rendered(self, texts: list[str]) -> list[str]:
        """SQL with calls of macros, rendered."""
        inline = ["compile", "--inline", _BETWEEN.join(texts)]
        results = self._dbt(*inline, manifest=deepcopy(self._manifest))
        return str(results[0].node.compiled_code).split(_BETWEEN)

    def _compiled(self, macros: dict[str, str]) -> list[Compiled]:
        manifest = deepcopy(self._manifest)
        for name, text in macros.items():
            manifest.macros[name].macro_sql = text
        return [
            Compiled(node.name, node.resource_type, node.original_file_path, node.compiled_code)
            for node in (result.node for result in self._dbt("compile", manifest=manifest))
            if node.resource_type in ("model", "test", "analysis", "operation")
        ]

    def _dbt(self, *words: str, manifest: Manifest | None = None) -> Any:
        options = ["--quiet", "--log-level", "none", "--log-level-file", "none"]
        asked = [str(word) for place in self._places.items() for word in place]
        if words[0] == "compile":
            asked += ["--no-introspect", "--no-populate-cache"]
        done = dbtRunner(manifest=manifest).invoke([*options, *words, *asked])
        if not done.success:
            found = getattr(done.result, "results", [])
            failures = [f"{one.node.name}: {one.message}" for one in found if one.message]
            raise AssertionError("\n".join(failures) or done.exception)
        return done.result
