"""The dbt project around which the command line works: where it is, and what its last run left."""

import json
import os
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from mackerel_cs.errors import UserError

_GREEN = frozenset({"success", "pass", "warn", "no-op"})
# Unit tests judge the code, not the data: they run before a merge, not every morning.
_RUN_BY_BUILD = frozenset({"model", "seed", "snapshot", "test"})


@dataclass(frozen=True)
class DbtProject:
    """A dbt project folder; artifacts and logs lie where dbt's own variables say.

    `own_target` takes the artifacts of a run that is not to replace those of the last build.
    """

    folder: Path
    own_target: Path | None = None

    @classmethod
    def find(cls) -> "DbtProject":
        """The project in the working folder, above it, or around this package's source."""
        here = Path.cwd()
        for folder in (here, *here.parents, Path(__file__).parents[2]):
            if (folder / "dbt_project.yml").is_file():
                return cls(folder)
        raise UserError(
            "There is no dbt project (dbt_project.yml) here, above, or around the package.",
            "Change into the clone of the repository and call the command there.",
        )

    def with_target(self, target: Path) -> "DbtProject":
        """The same project with a place of its own for artifacts."""
        return replace(self, own_target=target.absolute())

    def vars(self) -> dict[str, Any]:
        """The vars and their defaults, as the project file has them."""
        project = yaml.safe_load((self.folder / "dbt_project.yml").read_text("utf-8"))
        defaults: dict[str, Any] = project.get("vars", {})
        return defaults

    @property
    def target(self) -> Path:
        """Artifacts of the last dbt run."""
        if self.own_target is not None:
            return self.own_target
        return Path(os.environ.get("DBT_TARGET_PATH") or self.folder / "target").absolute()

    @property
    def log(self) -> Path:
        """dbt's own log."""
        folder = Path(os.environ.get("DBT_LOG_PATH") or self.folder / "logs")
        return folder.absolute() / "dbt.log"

    def last_run(self) -> "LastRun":
        """The artifacts of the last run; UserError when there are none."""
        return LastRun(self)


class LastRun:
    """What the last dbt run left in its target folder."""

    def __init__(self, project: DbtProject) -> None:
        """Read from the project's target folder, when asked."""
        self._project = project

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """dbt's description of every node."""
        return self._read("manifest.json")

    @cached_property
    def results(self) -> dict[str, dict[str, Any]]:
        """Result by node."""
        return {row["unique_id"]: row for row in self._read("run_results.json")["results"]}

    @cached_property
    def engine(self) -> str:
        """What it ran on: `duckdb` or `spark`."""
        return str(self.manifest["metadata"]["adapter_type"])

    @cached_property
    def command(self) -> str:
        """Which dbt command it was."""
        return str(self._read("run_results.json")["args"].get("which"))

    @cached_property
    def is_full_refresh(self) -> bool:
        """Whether it built everything from nothing because it was told to."""
        return bool(self._read("run_results.json")["args"].get("full_refresh"))

    @cached_property
    def vars(self) -> dict[str, Any]:
        """Every var as it was in the run, defaults too."""
        given = self._read("run_results.json")["args"].get("vars") or {}
        return {name: str(value) for name, value in (self._project.vars() | given).items()}

    def counts(self) -> dict[str, int]:
        """How many nodes of each kind were green, such as `model` and `test`."""
        kinds = Counter(
            name.split(".")[0] for name, row in self.results.items() if row["status"] in _GREEN
        )
        return dict(sorted(kinds.items()))

    def failures(self) -> list[dict[str, Any]]:
        """Results that are neither green nor skipped because of another."""
        return [
            row
            for row in self.results.values()
            if row["status"] not in _GREEN and row["status"] != "skipped"
        ]

    def missing(self) -> list[str]:
        """Nodes a whole `dbt build` runs that have no green result."""
        return [
            node for node in self._nodes() if self.results.get(node, {}).get("status") not in _GREEN
        ]

    def _nodes(self) -> list[str]:
        nodes = self.manifest["nodes"]
        return [
            name
            for name, node in nodes.items()
            if node["resource_type"] in _RUN_BY_BUILD
            and node.get("config", {}).get("materialized") != "ephemeral"
        ]

    def _read(self, name: str) -> dict[str, Any]:
        try:
            content: dict[str, Any] = json.loads((self._project.target / name).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise UserError(
                f"dbt left no readable {name} in {self._project.target}.",
                "Run `mackerel-cs build` (or `dbt build`) first.",
            ) from error
        return content
