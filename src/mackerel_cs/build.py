"""`mackerel-cs build`: raw log to published marts, or nothing published at all."""

import time
from typing import Annotated, Any

import duckdb
import typer

from mackerel_cs import raw_log
from mackerel_cs.check_run import run_checks
from mackerel_cs.console import out, stage
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.dbt_run import run_dbt_build
from mackerel_cs.erase.finish import finishing
from mackerel_cs.errors import UserError
from mackerel_cs.lock import exclusive
from mackerel_cs.publish import publish_build, require_green
from mackerel_cs.settings import Settings
from mackerel_cs.variables import dbt_vars
from mackerel_cs.warehouse import require_usable

_REASONS_SHOWN = 8


def build(
    as_of: Annotated[str | None, typer.Option(hidden=True)] = None,
    known_at: Annotated[str | None, typer.Option(hidden=True)] = None,
    variables: Annotated[
        str | None, typer.Option("--vars", help="Vars for dbt as YAML or JSON.")
    ] = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build incremental models from scratch.")
    ] = False,
) -> None:
    """Build, test, check and publish the marts.

    A red model, test or check publishes nothing and leaves what people read as it was (exit code
    1). While another build works in the same folder, this one does not start (exit code 3).

    Examples:

      mackerel-cs build

      mackerel-cs build --vars '{week_start: sunday}'
    """
    settings = Settings.from_environment()
    given = dbt_vars(variables, as_of, known_at)
    _require_present(given)
    project = DbtProject.find()
    with (
        exclusive(settings.data),
        exclusive(project.target),
        finishing(settings, project) as is_erasing,
    ):
        build_and_publish(project, settings, given, full_refresh=full_refresh or is_erasing)


def build_and_publish(
    project: DbtProject, settings: Settings, given: dict[str, Any], *, full_refresh: bool
) -> None:
    """Do what the command does, under a lock that is held already."""
    started = time.monotonic()
    require_usable(settings)
    with stage("looking at the raw log"):
        files = raw_log.inspect(settings)
        raw_log.require_readable(files)
    with stage("building and testing"):
        run_dbt_build(project, settings, given, full_refresh=full_refresh)
    last_run = project.last_run()
    require_green(last_run, settings)
    with stage("checking expectations"):
        run_checks()
    with stage("publishing"):
        published = publish_build(last_run, settings)
    _print_lines(settings)
    counts = last_run.counts()
    out.print(
        f"Models   {counts.get('model', 0)} built, {published.model_count} published; "
        f"{counts.get('test', 0)} data tests passed"
    )
    out.print(f"Marts    {settings.marts} (build {published.build_id})")
    out.print(f"Time     {time.monotonic() - started:.0f} s")


def _require_present(given: dict[str, Any]) -> None:
    """UserError for vars that look back: what people read is of the last complete day."""
    if given.get("as_of_date") or given.get("known_at"):
        raise UserError(
            "`mackerel-cs build` publishes the last complete day with all that has arrived: it "
            "takes neither as_of_date nor known_at.",
            "Look back with `mackerel-cs look-back --as-of 2026-03-31`: it writes a file of its "
            "own. What is published stays as it is.",
        )


def _print_lines(settings: Settings) -> None:
    """What became of the raw lines, with the reasons of those that were set aside."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select outcome, outcome_reason, count(*) as line_count "
            "from landing.land_line_outcomes group by all order by line_count desc, 1, 2"
        ).fetchall()
    totals = {
        outcome: sum(count for found, _, count in rows if found == outcome)
        for outcome in ("accepted", "duplicate", "quarantined")
    }
    told = ", ".join(f"{count:,} {outcome}" for outcome, count in totals.items())
    out.print(f"Lines    {sum(totals.values()):,} read: {told}")
    reasons = [(reason, count) for outcome, reason, count in rows if outcome == "quarantined"]
    for reason, count in reasons[:_REASONS_SHOWN]:
        out.print(f"           {count:,} quarantined: {reason}")
