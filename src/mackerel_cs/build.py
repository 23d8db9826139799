"""`mackerel-cs build`: raw log to published marts, or nothing published at all."""

import time
from typing import Annotated, Any

import duckdb
import pyarrow as pa
import typer

from mackerel_cs import raw_log
from mackerel_cs.build_options import FullRefresh, Vars
from mackerel_cs.check_run import run_checks
from mackerel_cs.console import err, out, stage
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.dbt_run import run_dbt_build
from mackerel_cs.engine import Engine
from mackerel_cs.erase.finish import finishing
from mackerel_cs.errors import UserError
from mackerel_cs.fingerprint import fingerprint
from mackerel_cs.ledger import Ledger
from mackerel_cs.lock import exclusive
from mackerel_cs.plan import Plan, plan_build
from mackerel_cs.publish import Published, publish_build, require_green
from mackerel_cs.settings import Settings
from mackerel_cs.variables import dbt_vars
from mackerel_cs.warehouse import require_usable

_REASONS_SHOWN = 8
# Events that name no organization have days of their own, and touch none.
_TOUCHED = """
select count(distinct organization_id), count(*)
from intermediate.int_touched_days
where organization_id != '(none)'
"""


def build(
    as_of: Annotated[str | None, typer.Option(hidden=True)] = None,
    known_at: Annotated[str | None, typer.Option(hidden=True)] = None,
    variables: Vars = None,
    full_refresh: FullRefresh = False,
) -> None:
    """Build, test, check and publish the marts.

    Takes in the files that are new since the last good build and computes again what they touch;
    everything is made anew where the project, the vars or DuckDB changed. With nothing new it says
    so and ends. A red model, test or check publishes nothing and leaves what people read as it was
    (exit code 1). A landed file that has changed or gone stops the build (exit code 2). While
    another build works in the same folder, this one does not start (exit code 3).

    Examples:

      mackerel-cs build

      mackerel-cs build --vars '{week_start: sunday}'

      mackerel-cs build --full-refresh
    """
    settings = Settings.from_environment()
    given = dbt_vars(variables, as_of, known_at)
    require_present(given)
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
    Engine.from_environment(settings)
    require_usable(settings)
    files = look_at_raw_log(settings)
    wanted = fingerprint(project.folder, given)
    plan = plan_build(settings, files, wanted, full_refresh=full_refresh)
    if plan.is_nothing_new and plan.is_published(settings):
        out.print(f"Nothing new: {files.num_rows:,} files, all of them in what is published.")
        out.print(f"Marts    {settings.marts}")
        return
    if not (plan.is_nothing_new and _is_green(project, settings)):
        err.print(_work_ahead(plan))
        with stage("building and testing"):
            run_dbt_build(project, settings, given, full_refresh=full_refresh)
    require_green(project.last_run(), settings)
    published = check_and_publish(project, settings)
    _print_arrivals(settings, plan, files)
    _print_lines(settings, plan)
    print_published(project, settings, published, started)


def look_at_raw_log(settings: Settings) -> pa.Table:
    """Inspect the raw files; UserError when they cannot be what a build needs."""
    with stage("looking at the raw log"):
        files = raw_log.inspect(settings)
        raw_log.require_readable(files)
    return files


def check_and_publish(project: DbtProject, settings: Settings) -> Published:
    """Run the expectations, and publish what the last dbt run left."""
    with stage("checking expectations"):
        run_checks()
    with stage("publishing"):
        return publish_build(project.last_run(), settings)


def print_published(
    project: DbtProject, settings: Settings, published: Published, started: float
) -> None:
    """What was built and where it lies; `started` as `time.monotonic` gave it."""
    counts = project.last_run().counts()
    out.print(
        f"Models   {counts.get('model', 0)} built, {published.model_count} published; "
        f"{counts.get('test', 0)} data tests passed"
    )
    out.print(f"Marts    {settings.marts} (build {published.build_id})")
    out.print(f"Time     {time.monotonic() - started:.0f} s")


def _is_green(project: DbtProject, settings: Settings) -> bool:
    """Whether the last dbt run is there to be published: a good build that was not, or not yet."""
    try:
        require_green(project.last_run(), settings)
    except UserError:
        return False
    return True


def _work_ahead(plan: Plan) -> str:
    if plan.why_anew or plan.ledger is None:
        return f"everything is made anew, because {plan.why_anew}"
    return f"new since the last good build: {_arrived(plan.ledger)}"


def _arrived(ledger: Ledger) -> str:
    if not ledger.new_file_count:
        return "no file"
    return f"{_counted(ledger.new_file_count, 'file')}, {_counted(ledger.new_line_count, 'line')}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def require_present(given: dict[str, Any]) -> None:
    """UserError for vars that look back: what people read is of the last complete day."""
    if given.get("as_of_date") or given.get("known_at"):
        raise UserError(
            "A build publishes the last complete day with all that has arrived: it takes neither "
            "as_of_date nor known_at.",
            "Look back with `mackerel-cs look-back --as-of 2026-03-31`: it writes a file of its "
            "own. What is published stays as it is.",
        )


def _print_arrivals(settings: Settings, plan: Plan, files: pa.Table) -> None:
    """What came since the last good build, and how much of the warehouse it touched."""
    if plan.why_anew or plan.ledger is None:
        line_count = sum(files["line_count"].to_pylist())
        told = f"{_counted(files.num_rows, 'file')}, {_counted(line_count, 'line')}"
        out.print(f"Arrived  {told} in all")
        out.print(f"Touched  everything was made anew, because {plan.why_anew}")
        return
    ((organization_count, day_count),) = _rows(settings, _TOUCHED)
    out.print(f"Arrived  {_arrived(plan.ledger)} since the last good build")
    told = _counted(organization_count, "organization")
    out.print(f"Touched  {told}, {_counted(day_count, 'day')} of theirs")


def _print_lines(settings: Settings, plan: Plan) -> None:
    """What became of the lines this build read, with the reasons of those that were set aside."""
    last = None if plan.why_anew else plan.last
    rows = _rows(
        settings,
        "select outcome, outcome_reason, count(*) as line_count "
        "from landing.land_line_outcomes "
        + (f"where landing_number > {last.landing_number} " if last else "")
        + "group by all order by line_count desc, 1, 2",
    )
    totals = {
        outcome: sum(count for found, _, count in rows if found == outcome)
        for outcome in ("accepted", "duplicate", "quarantined")
    }
    told = ", ".join(f"{count:,} {outcome}" for outcome, count in totals.items())
    out.print(f"Lines    {sum(totals.values()):,} read: {told}")
    reasons = [(reason, count) for outcome, reason, count in rows if outcome == "quarantined"]
    for reason, count in reasons[:_REASONS_SHOWN]:
        out.print(f"           {count:,} quarantined: {reason}")


def _rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()
