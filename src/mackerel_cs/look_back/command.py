"""`mackerel-cs look-back`: the marts of a past day, in a file of their own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from mackerel_cs.build_options import Vars
from mackerel_cs.console import out, stage
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.dbt_run import run_dbt_build
from mackerel_cs.durable import sync_file, sync_folder
from mackerel_cs.errors import UserError
from mackerel_cs.lock import exclusive
from mackerel_cs.look_back.landed import TAKEN_OVER, Landed, landed, stated
from mackerel_cs.publish import publish_build
from mackerel_cs.settings import Settings
from mackerel_cs.variables import dbt_vars
from mackerel_cs.warehouse import require_usable


def look_back(
    as_of: Annotated[
        str, typer.Option(help="Business date to look at, such as 2026-03-31: what was true then.")
    ],
    known_at: Annotated[
        str | None,
        typer.Option(
            help="Only with what had arrived by then, such as 2026-03-31T23:59:59Z. Default: all "
            "that has landed by now."
        ),
    ] = None,
    as_then_seen: Annotated[
        bool,
        typer.Option(
            "--as-then-seen",
            help="Only with what the first build had that held the whole date.",
        ),
    ] = False,
    variables: Vars = None,
) -> None:
    """Build the marts of a past day into a file of their own.

    The file is data/history/<as of>_known_<known at>/marts.duckdb, with the tables of the published
    one. Lines are taken from the warehouse as the last good build landed them; the warehouse and
    what people read stay as they are. docs/time_travel.md shows how to compare two such files.

    Examples:

      mackerel-cs look-back --as-of 2026-03-31 --as-then-seen

      mackerel-cs look-back --as-of 2026-03-31
    """
    settings = Settings.from_environment()
    project = DbtProject.find()
    given = dbt_vars(variables, as_of, known_at)
    if not given["as_of_date"]:
        raise UserError("--as-of is empty.", "Give a date, such as --as-of 2026-03-31.")
    if given.get("known_at") and as_then_seen:
        raise UserError(
            "--as-then-seen and known_at both say what had arrived.", "Leave out one of them."
        )
    if not settings.warehouse.is_file():
        raise UserError(
            f"There is no warehouse at {settings.warehouse}.", "Run `mackerel-cs build` first."
        )
    with exclusive(settings.history), _work_folder(settings) as work:
        with exclusive(settings.data), stage("taking over what had landed"):
            require_usable(settings, is_read_only=True)
            given |= {"known_at": _take_over(settings, work, project, given, as_then_seen)}
        apart = project.with_target(work.data / "target")
        with stage("building and testing"):
            run_dbt_build(apart, work, given, selection=["--exclude", *TAKEN_OVER])
        with stage("writing the file"):
            marts = _write(apart, work, settings, given)
    out.print(f"As of    {given['as_of_date']}, with what had arrived by {given['known_at']}")
    out.print(f"Marts    {marts}")


@contextmanager
def _work_folder(settings: Settings) -> Iterator[Settings]:
    """A place for the build that is gone afterwards; what a killed one left is gone before."""
    work = replace(settings, data=settings.history / ".work")
    shutil.rmtree(work.data, ignore_errors=True)
    work.data.mkdir()
    try:
        yield work
    finally:
        shutil.rmtree(work.data, ignore_errors=True)


def _take_over(
    settings: Settings,
    work: Settings,
    project: DbtProject,
    given: dict[str, Any],
    is_as_then_seen: bool,
) -> str:
    """Copy the lines that were known; return the moment, stated."""
    as_of = date.fromisoformat(given["as_of_date"])
    zone = (project.vars() | given)["business_timezone"]
    try:
        with landed(settings, work, zone) as lines:
            known_at = _known_at(lines, as_of, given.get("known_at"), is_as_then_seen)
            lines.require_date(as_of, known_at)
            lines.take_over(known_at)
    except (OSError, duckdb.Error) as error:
        raise UserError(
            f"The landed lines could not be taken over: {error}",
            f"Free space below {settings.history} (a look back needs as much as the warehouse for "
            "a while). The warehouse and the marts people read stay as they are.",
            exit_code=1,
        ) from error
    return stated(known_at)


def _known_at(lines: Landed, as_of: date, given: str | None, is_as_then_seen: bool) -> datetime:
    if given:
        return datetime.fromisoformat(given).astimezone(UTC).replace(tzinfo=None)
    return lines.first_complete(as_of) if is_as_then_seen else lines.everything()


def _write(project: DbtProject, work: Settings, settings: Settings, given: dict[str, Any]) -> Path:
    """Write the file people read; return where it is."""
    try:
        published = publish_build(project.last_run(), work)
        return _move_in(published.folder / "marts.duckdb", settings, given)
    except (UserError, OSError) as error:
        problem = error.problem if isinstance(error, UserError) else f"{error}"
        raise UserError(
            f"The file could not be written. {problem}",
            f"Free space and check the rights of {settings.history}, then look back again. The "
            "warehouse and the marts people read stay as they are.",
            exit_code=1,
        ) from error


def _move_in(marts: Path, settings: Settings, given: dict[str, Any]) -> Path:
    """Give the finished file its place in one move; who has an older one open keeps it."""
    moment = given["known_at"].replace(":", "")
    folder = settings.history / f"{given['as_of_date']}_known_{moment}"
    folder.mkdir(exist_ok=True)
    sync_file(marts)
    target = marts.replace(folder / marts.name)
    sync_folder(folder)
    sync_folder(settings.history)
    return target
