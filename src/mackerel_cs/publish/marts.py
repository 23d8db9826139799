"""Writing the files people read: all marts anew, or the previous build's with what has changed."""

import shutil
from pathlib import Path

import duckdb

from mackerel_cs.console import err, progress
from mackerel_cs.durable import copy_file
from mackerel_cs.engine import Engine
from mackerel_cs.publish.models import Model
from mackerel_cs.publish.parquet import Part, months_of, parts_of, row_count, write_parquet
from mackerel_cs.publish.scope import recomputed_rows
from mackerel_cs.publish.sql import quoted, text
from mackerel_cs.settings import Settings


def write_marts(
    models: list[Model], settings: Settings, staging: Path, base: Path | None
) -> dict[str, int]:
    """Write `marts.duckdb` and `parquet` into the folder; return rows by mart.

    `base` is the published build that held what the warehouse held one good build ago. It saves
    work and decides nothing: where it cannot be used, everything is written anew.
    """
    if base is not None:
        try:
            return _write(models, settings, staging, base)
        except (OSError, duckdb.Error) as error:
            err.print(f"publishing anew, because {base.name} cannot be gone on from: {error}")
            shutil.rmtree(staging)
            staging.mkdir()
    return _write(models, settings, staging, None)


def _write(
    models: list[Model], settings: Settings, staging: Path, base: Path | None
) -> dict[str, int]:
    row_counts = {}
    target = staging / "marts.duckdb"
    if base is not None:
        copy_file(base / "marts.duckdb", target)
    with Engine.from_environment(settings).connect(target) as connection:
        connection.execute(f"attach {text(str(settings.warehouse))} as warehouse (read_only)")
        with progress("publishing", total=len(models)) as advance:
            for model in models:
                rows = _write_mart(connection, model, staging, base)
                row_counts[f"{model.schema}.{model.name}"] = rows
                advance()
        connection.execute("detach warehouse")
        connection.execute("checkpoint")
    return row_counts


def _write_mart(
    connection: duckdb.DuckDBPyConnection, model: Model, staging: Path, base: Path | None
) -> int:
    file = Path("parquet") / model.schema / f"{model.name}.parquet"
    unchanged: dict[str, Part] = {}
    # One commit a model: each waits for the disk.
    connection.execute("begin")
    if base is None or recomputed_rows(model, model.relation) is None:
        _replace(connection, model)
    else:
        changed = _update(connection, model)
        parts = parts_of(base / file)
        unchanged = {month: part for month, part in parts.items() if month not in changed}
    _describe(connection, model)
    connection.execute("commit")
    rows = _count(connection, model.relation)
    write_parquet(connection, model, staging / file, unchanged)
    expected = _count(connection, f"warehouse.{model.relation}")
    if not rows == row_count(staging / file) == expected:
        raise OSError(f"{model.schema}.{model.name} would not have the rows of the warehouse")
    return rows


def _replace(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Write the whole mart."""
    source = f"warehouse.{model.relation}"
    connection.execute(f"create schema if not exists {quoted(model.schema)}")
    connection.execute(f"create or replace table {model.relation} as from {source} limit 0")
    # A large mart is sorted month by month: years at once would not fit into memory.
    months = months_of(connection, model, source)
    for rows in [model.in_month(month) for month in months] or ["true"]:
        connection.execute(
            f"insert into {model.relation} from {source} where {rows} order by {model.order}"
        )


def _describe(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    connection.execute(f"comment on table {model.relation} is {text(model.description)}")
    for name, description in model.columns.items():
        connection.execute(
            f"comment on column {model.relation}.{quoted(name)} is {text(description)}"
        )


def _update(connection: duckdb.DuckDBPyConnection, model: Model) -> set[str]:
    """Make the previous build's mart the warehouse's; return the months whose rows differ.

    Recomputed is not changed: most late events leave most marts of their day as they were.
    """
    before = recomputed_rows(model, model.relation)
    now = recomputed_rows(model, f"warehouse.{model.relation}")
    connection.execute(f"create or replace temp table before as {before}")
    connection.execute(f"create or replace temp table now as {now}")
    connection.execute("create or replace temp table gone as from before except from now")
    connection.execute("create or replace temp table come as from now except from before")
    same_key = " and ".join(f"mart.{quoted(name)} = gone.{quoted(name)}" for name in model.key)
    connection.execute(f"delete from {model.relation} as mart using gone where {same_key}")
    connection.execute(f"insert into {model.relation} from come order by {model.order}")
    months = connection.execute(
        f"select distinct {model.month} from (from gone union all from come)"
    ).fetchall()
    return {str(month) for (month,) in months}


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = connection.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0
