"""`mackerel-cs publish`: what passed becomes what people read, in one move.

published/
  marts.duckdb   -> current/marts.duckdb      the fixed names readers use
  parquet        -> current/parquet
  manifest.json  -> current/manifest.json
  current        -> builds/000012-3f9a1c20    replaced atomically: this is the one move
  builds/        the last three, so that readers who hold an older one can finish
"""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from mackerel_cs.check_run import run_checks
from mackerel_cs.console import out, progress
from mackerel_cs.dbt_project import DbtProject, LastRun
from mackerel_cs.durable import sync_file, sync_folder
from mackerel_cs.engine import Engine
from mackerel_cs.errors import UserError
from mackerel_cs.good_builds import last_good_build
from mackerel_cs.lock import exclusive
from mackerel_cs.settings import Settings

KEPT_BUILDS = 3
_PUBLISHED_FOLDERS = ("marts/", "metrics/")
_PUBLISHED_ACCESS = frozenset({"public", "protected"})
_NOT_GREEN_SHOWN = 3
_ID_CHARACTERS = 12


@dataclass(frozen=True)
class Model:
    """A model people read."""

    schema: str
    name: str
    key: tuple[str, ...]
    description: str
    columns: dict[str, str]

    @property
    def relation(self) -> str:
        """Quoted name inside a database."""
        return f"{_quoted(self.schema)}.{_quoted(self.name)}"


def publish() -> None:
    """Publish the marts of the last green build.

    `mackerel-cs build` does this itself; use it after a plain `dbt build`. Nothing is published
    unless every model and test of the project was green in the last `dbt build`, and the checks
    are. Readers of the old marts are not disturbed.

    Example:

      dbt build && mackerel-cs publish
    """
    settings = Settings.from_environment()
    project = DbtProject.find()
    with exclusive(settings.data), exclusive(project.target):
        last_run = project.last_run()
        require_green(last_run, settings)
        run_checks()
        published = publish_build(last_run, settings)
    out.print(f"Published {published.model_count} models: {settings.marts}")


def require_green(last_run: LastRun, settings: Settings) -> None:
    """UserError unless the last dbt run was a whole, green build of this warehouse."""
    if not settings.warehouse.is_file():
        raise UserError(
            f"There is no warehouse at {settings.warehouse}.", "Run `mackerel-cs build` first."
        )
    missing = last_run.missing() if last_run.command == "build" else ["a whole `dbt build`"]
    if missing:
        named = ", ".join(missing[:_NOT_GREEN_SHOWN])
        raise UserError(
            f"The last dbt run was not a whole green build; not green: {named}"
            + (" and more." if len(missing) > _NOT_GREEN_SHOWN else "."),
            "Run `mackerel-cs build`. What is published stays as it is.",
            exit_code=1,
        )


@dataclass(frozen=True)
class Published:
    """What a publication made."""

    folder: Path
    build_id: str
    row_counts: dict[str, int]

    @property
    def model_count(self) -> int:
        """How many models people can read."""
        return len(self.row_counts)


def publish_build(last_run: LastRun, settings: Settings) -> Published:
    """Copy the marts beside, make them safe on the disk, then move them in at once.

    Whatever fails before the move leaves what is published as it was.
    """
    models = published_models(last_run.manifest)
    if not models:
        raise UserError(
            "The project has no model to publish.",
            "Models below models/marts and models/metrics with access public or protected are.",
        )
    root = settings.published
    builds = root / "builds"
    staging = builds / ".staging"
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        try:
            row_counts = _copy(models, settings, staging)
            build_id = _build_id(last_run, settings)
            _write_manifest(staging, build_id, row_counts, last_run, settings)
            _sync_tree(staging)
            folder = builds / f"{_next_number(builds):06d}-{build_id}"
            staging.rename(folder)
            sync_folder(builds)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        _swap(root, folder)
        _drop_old(builds, folder)
    except (OSError, duckdb.Error) as error:
        raise UserError(
            f"The marts could not be published: {error}",
            "Free space and check the rights of the data folder, then run `mackerel-cs publish`. "
            "What was published before is still there, whole.",
            exit_code=1,
        ) from error
    return Published(folder, build_id, row_counts)


def published_models(manifest: dict[str, Any]) -> list[Model]:
    """Models people read, in the order of their names."""
    found = [
        Model(
            schema=node["schema"],
            name=node["alias"],
            key=_key(node, manifest),
            description=node["description"],
            columns={name: column["description"] for name, column in node["columns"].items()},
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["config"]["materialized"] != "ephemeral"
        and node["path"].startswith(_PUBLISHED_FOLDERS)
        and node["access"] in _PUBLISHED_ACCESS
    ]
    return sorted(found, key=lambda model: (model.schema, model.name))


def _key(node: dict[str, Any], manifest: dict[str, Any]) -> tuple[str, ...]:
    """The primary key the contract or the primary-key test names; none when neither does."""
    for constraint in node.get("constraints", []):
        if constraint["type"] == "primary_key":
            return tuple(constraint["columns"])
    for name, column in node["columns"].items():
        if any(rule["type"] == "primary_key" for rule in column.get("constraints", [])):
            return (name,)
    for test in manifest["nodes"].values():
        if test["resource_type"] == "test" and test.get("attached_node") == node["unique_id"]:
            metadata = test.get("test_metadata") or {}
            if metadata.get("name") == "primary_key":
                return tuple(metadata["kwargs"].get("columns", ()))
    return ()


def _copy(models: list[Model], settings: Settings, staging: Path) -> dict[str, int]:
    """Copy table by table into a new DuckDB file and into Parquet files; return row counts."""
    row_counts = {}
    with Engine.from_environment(settings).connect(staging / "marts.duckdb") as connection:
        connection.execute(f"attach {_text(str(settings.warehouse))} as warehouse (read_only)")
        with progress("publishing", total=len(models)) as advance:
            for model in models:
                row_counts[f"{model.schema}.{model.name}"] = _copy_model(connection, model, staging)
                advance()
        connection.execute("detach warehouse")
        connection.execute("checkpoint")
    return row_counts


def _copy_model(connection: duckdb.DuckDBPyConnection, model: Model, staging: Path) -> int:
    order = ", ".join(_quoted(name) for name in model.key) or "all"
    # One commit a model: each waits for the disk.
    connection.execute("begin")
    connection.execute(f"create schema if not exists {_quoted(model.schema)}")
    connection.execute(
        f"create table {model.relation} as "
        f"select * from warehouse.{model.relation} order by {order}"
    )
    connection.execute(f"comment on table {model.relation} is {_text(model.description)}")
    for name, description in model.columns.items():
        connection.execute(
            f"comment on column {model.relation}.{_quoted(name)} is {_text(description)}"
        )
    connection.execute("commit")
    target = staging / "parquet" / model.schema / f"{model.name}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"copy {model.relation} to {_text(str(target))} (format parquet, compression zstd)"
    )
    row = connection.execute(f"select count(*) from {model.relation}").fetchone()
    return int(row[0]) if row else 0


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _build_id(last_run: LastRun, settings: Settings) -> str:
    """Hash of what went in (raw files, code, vars): the same inputs give the same id."""
    code = sorted(
        (name, node.get("checksum", {}).get("checksum", ""))
        for name, node in last_run.manifest["nodes"].items()
    )
    macros = sorted(
        (name, macro["macro_sql"])
        for name, macro in last_run.manifest["macros"].items()
        if macro["package_name"] == "mackerel_cs"
    )
    files = _rows(settings, "select file_path, content_sha256 from landing.land_files order by 1")
    inputs = json.dumps([files, code, macros, last_run.vars], default=str)
    return hashlib.sha256(inputs.encode()).hexdigest()[:_ID_CHARACTERS]


def _rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def _write_manifest(
    staging: Path,
    build_id: str,
    row_counts: dict[str, int],
    last_run: LastRun,
    settings: Settings,
) -> None:
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        good_build = last_good_build(connection)
    manifest = {
        "build_id": build_id,
        "good_build": good_build and good_build.as_json(),
        "as_of_date": str(_rows(settings, "select as_of_date from intermediate.int_as_of")[0][0]),
        "vars": last_run.vars,
        "models": [
            {"schema": schema, "model": name, "row_count": count}
            for (schema, name), count in (
                (tuple(key.split(".", 1)), count) for key, count in row_counts.items()
            )
        ],
        "checks": last_run.counts(),
    }
    (staging / "manifest.json").write_text(
        json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            sync_file(path)
        else:
            sync_folder(path)
    sync_folder(folder)


def _numbered(builds: Path) -> list[tuple[int, Path]]:
    return sorted(
        (int(path.name.split("-")[0]), path)
        for path in builds.iterdir()
        if path.name.split("-")[0].isdigit()
    )


def _next_number(builds: Path) -> int:
    numbered = _numbered(builds)
    return numbered[-1][0] + 1 if numbered else 1


def _swap(root: Path, folder: Path) -> None:
    """Point `current` at the new build: one rename, so that readers see all of it or none."""
    _link(root / "current", Path("builds") / folder.name)
    for name in ("marts.duckdb", "parquet", "manifest.json"):
        if not (root / name).is_symlink():
            _link(root / name, Path("current") / name)
    sync_folder(root)


def _link(link: Path, target: Path) -> None:
    scratch = link.with_name(f".{link.name}.new")
    scratch.unlink(missing_ok=True)
    scratch.symlink_to(target)
    scratch.replace(link)


def _drop_old(builds: Path, current: Path) -> None:
    for _, path in _numbered(builds)[:-KEPT_BUILDS]:
        if path != current:
            shutil.rmtree(path)
