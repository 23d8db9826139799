"""The manifest beside the marts: which build it is, what went in and out, how it was checked.

docs/publishing.md describes its fields. Nothing of the clock is in it.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from mackerel_cs.check.outcome import outcome_of
from mackerel_cs.dbt_project import LastRun
from mackerel_cs.publish.models import Model
from mackerel_cs.settings import Settings

_ID_CHARACTERS = 12
# Of a file of the ledger: what makes it the same file elsewhere.
_LEDGER = """
select file_path, size_bytes, content_sha256
from landing.land_files
order by file_path
"""
_COMPARED = 2
_GOOD_BUILDS = f"select * from operations.good_builds order by build_number desc limit {_COMPARED}"
_HAS_GOOD_BUILDS = """
select table_name from information_schema.tables
where table_schema = 'operations' and table_name = 'good_builds'
"""


@dataclass(frozen=True)
class Warehouse:
    """What the warehouse says of itself; `good_builds` are its last two, the newest first."""

    as_of_date: str | None
    known_at: str | None
    ledger: list[tuple[Any, ...]]
    good_builds: list[dict[str, Any]]

    @classmethod
    def read(cls, settings: Settings) -> "Warehouse":
        """Read it from the file."""
        with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
            (as_of,) = _rows(connection, "select as_of_date, known_at from intermediate.int_as_of")
            return cls(
                as_of_date=as_of["as_of_date"] and str(as_of["as_of_date"]),
                known_at=as_of["known_at"] and _utc(as_of["known_at"]),
                ledger=connection.execute(_LEDGER).fetchall(),
                good_builds=_good_builds(connection),
            )


def new_manifest(
    warehouse: Warehouse, last_run: LastRun, settings: Settings, models: list[Model]
) -> dict[str, Any]:
    """What is known before the marts are written; `row_count` of each model is not."""
    ledger = _sha256(warehouse.ledger)
    project = _project(last_run)
    return {
        "build_id": _sha256([ledger, project["sha256"], last_run.vars])[:_ID_CHARACTERS],
        "good_build": next(iter(warehouse.good_builds), None),
        "as_of_date": warehouse.as_of_date,
        "known_at": warehouse.known_at,
        "vars": last_run.vars,
        "ledger": {
            "file_count": len(warehouse.ledger),
            "size_bytes": sum(size for _, size, _ in warehouse.ledger),
            "sha256": ledger,
        },
        "project": project,
        "engine": last_run.engine,
        "duckdb_version": duckdb.__version__,
        "models": _listed(models),
        "checks": {
            "data_tests": _data_tests(last_run),
            "expectations": _expectations(last_run, settings),
        },
    }


def base_of(
    warehouse: Warehouse, last_run: LastRun, models: list[Model], published: Path | None
) -> Path | None:
    """The published build, where this one differs from it only by what the last good build did.

    It was made of the good build just before this one, by the same project on the same engine, and
    this one did not begin from nothing.
    """
    if published is None or last_run.is_full_refresh or len(warehouse.good_builds) < _COMPARED:
        return None
    previous = _readable(published / "manifest.json")
    now, before = warehouse.good_builds
    is_next = (
        previous.get("engine") == last_run.engine
        and previous.get("good_build") == before
        and before["build_fingerprint"] == now["build_fingerprint"]
        and previous["project"] == _project(last_run)
        # A mart that people may read no more is in the file that would be copied.
        and [_without_rows(model) for model in previous["models"]] == _listed(models)
    )
    return published if is_next else None


def write_manifest(manifest: dict[str, Any], row_counts: dict[str, int], folder: Path) -> None:
    """Write it beside the marts, with the rows that were written."""
    models = [
        model | {"row_count": row_counts[f"{model['schema']}.{model['model']}"]}
        for model in manifest["models"]
    ]
    (folder / "manifest.json").write_text(
        json.dumps(manifest | {"models": models}, indent=2, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )


def _project(last_run: LastRun) -> dict[str, str]:
    return {
        "version": version("mackerel-cs"),
        "sha256": _sha256([_nodes(last_run), _macros(last_run)]),
    }


def _listed(models: list[Model]) -> list[dict[str, Any]]:
    return [
        {
            "schema": model.schema,
            "model": model.name,
            "version": model.version,
            "sha256": model.checksum,
        }
        for model in models
    ]


def _without_rows(model: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in model.items() if name != "row_count"}


def _good_builds(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    # A warehouse of a project that keeps no record of its builds has none.
    if not connection.execute(_HAS_GOOD_BUILDS).fetchall():
        return []
    return [
        {name: value if isinstance(value, int) else str(value) for name, value in row.items()}
        for row in _rows(connection, _GOOD_BUILDS)
    ]


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = connection.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _utc(moment: datetime) -> str:
    return f"{moment.isoformat()}Z"


def _readable(path: Path) -> dict[str, Any]:
    """The manifest of a build; nothing where it cannot be read."""
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _sha256(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, default=str).encode()).hexdigest()


def _nodes(last_run: LastRun) -> list[tuple[str, str]]:
    return sorted(
        (name, node.get("checksum", {}).get("checksum", ""))
        for name, node in last_run.manifest["nodes"].items()
    )


def _macros(last_run: LastRun) -> list[tuple[str, str]]:
    return sorted(
        (name, macro["macro_sql"])
        for name, macro in last_run.manifest["macros"].items()
        if macro["package_name"] == last_run.manifest["metadata"]["project_name"]
    )


def _data_tests(last_run: LastRun) -> dict[str, int]:
    """How many data tests ended how, such as `pass` and `warn`."""
    statuses = Counter(
        row["status"] for name, row in last_run.results.items() if name.startswith("test.")
    )
    return dict(sorted(statuses.items()))


def _expectations(last_run: LastRun, settings: Settings) -> dict[str, int] | None:
    """How many expectations ended how; none where this build was not held against them."""
    outcome = outcome_of(settings, last_run)
    if outcome is None:
        return None
    failed = outcome.critical_count + outcome.warning_count
    return {
        "pass": outcome.expectation_count - failed,
        "warn": outcome.warning_count,
        "fail": outcome.critical_count,
    }
