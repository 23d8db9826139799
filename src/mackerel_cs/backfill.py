"""`mackerel-cs backfill`: a window of business dates computed again, after a fix of the project."""

import difflib
import time
from datetime import date, timedelta
from typing import Annotated, Any

import pyarrow as pa
import typer

from mackerel_cs.backfill_record import (
    Backfill,
    Window,
    begin_or_resume,
    record_end,
    record_step,
)
from mackerel_cs.build import check_and_publish, look_at_raw_log, print_published
from mackerel_cs.console import err, out, stage
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.dbt_run import run_dbt_build
from mackerel_cs.engine import Engine
from mackerel_cs.errors import UserError
from mackerel_cs.fingerprint import Fingerprint, fingerprint
from mackerel_cs.good_builds import BACKFILLING, SUPERSEDED, GoodBuild
from mackerel_cs.lock import exclusive
from mackerel_cs.plan import differences, plan_build
from mackerel_cs.settings import Settings
from mackerel_cs.variables import dbt_vars
from mackerel_cs.warehouse import require_usable

_UNTOUCHED = "What is published stays as it was."
_BUILD_INSTEAD = f"Run `mackerel-cs build`: it makes everything anew. {_UNTOUCHED}"
# What lists the rows to be recomputed comes before any model that reads it.
_SCOPES = ("models/**/*_touched_*.sql", "models/**/int_repaired_days.sql")


def backfill(
    from_date: Annotated[
        str, typer.Option("--from", help="First business date of the window, such as 2026-03-01.")
    ],
    to_date: Annotated[str, typer.Option("--to", help="Its last business date.")],
    models: Annotated[
        str | None,
        typer.Option(help="Only these models and what reads them, separated by commas."),
    ] = None,
    variables: Annotated[
        str | None, typer.Option("--vars", help="Vars for dbt, as the last build was given them.")
    ] = None,
) -> None:
    """Compute a window of business dates again, after a fix of the project, and publish.

    A changed project makes the next build start from scratch; a backfill computes only the window.
    Models with a row a day change inside it; where a row follows from earlier ones, from its first
    date on. An alert that was open in it is computed whole, and its organization's days since it
    opened. Small models are made anew whole, as in every build. With --models the rest of the
    project stays as it was, even where the fix would change it.

    It works in steps of a month. After a crash or a kill, the same command goes on with the step
    that was not finished. Nothing is published before the last one.

    Raw files are not read again, and no column comes or goes: after a fix of a landing model, or
    one that changes the columns of an incremental model, use `mackerel-cs build --full-refresh`.

    Examples:

      mackerel-cs backfill --from 2026-03-01 --to 2026-03-31

      mackerel-cs backfill --from 2026-01-01 --to 2026-03-31 --models fct_host_days,fct_alerts
    """
    started = time.monotonic()
    settings = Settings.from_environment()
    given = dbt_vars(variables, None, None)
    project = DbtProject.find()
    window = Window(
        _date("--from", from_date), _date("--to", to_date), _known_models(project, models)
    )
    if window.from_date > window.to_date:
        raise UserError(
            f"--from {window.from_date} is after --to {window.to_date}.",
            f"Give the earlier date with --from. {_UNTOUCHED}",
        )
    with exclusive(settings.data), exclusive(project.target):
        Engine.from_environment(settings)
        require_usable(settings)
        files = look_at_raw_log(settings)
        wanted = fingerprint(project.folder, given)
        last = _require_possible(settings, window, wanted, files)
        record = begin_or_resume(
            settings,
            window,
            wanted.project,
            is_unfinished=last.build_fingerprint == BACKFILLING,
        )
        _compute(project, settings, given, record)
        if fingerprint(project.folder, given) != wanted:
            raise UserError(
                "The project was changed while the backfill computed.",
                f"Run the same command again: it begins anew. {_UNTOUCHED}",
            )
        record_end(settings, record, wanted.build, wanted.guards)
        published = check_and_publish(project, settings)
    out.print(f"Backfill {window}")
    print_published(project, settings, published, started)


def steps(from_date: date, to_date: date) -> list[tuple[date, date]]:
    """The window cut at the ends of months, each piece with its first and last date."""
    cut = []
    first = from_date
    while first <= to_date:
        next_month = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
        last = min(next_month - timedelta(days=1), to_date)
        cut.append((first, last))
        first = next_month
    return cut


def _compute(
    project: DbtProject, settings: Settings, given: dict[str, Any], record: Backfill
) -> None:
    """Run the steps that are left, each a build of its own."""
    window = record.window
    todo = steps(window.from_date, window.to_date)
    left = [step for step in todo if record.done_to_date is None or step[1] > record.done_to_date]
    if len(left) < len(todo):
        err.print(f"going on with a backfill of which {len(todo) - len(left)} steps are done")
    for first, last in left:
        variables = given | {"backfill": {"from_date": str(first), "to_date": str(last)}}
        with stage(f"computing {first} to {last} again"):
            try:
                run_dbt_build(project, settings, variables, selection=_selection(project, window))
            except UserError as error:
                raise UserError(
                    error.problem,
                    f"{error.remedy} The same command goes on with this step.",
                    exit_code=error.exit_code,
                ) from error
        record_step(settings, record, last)


def _selection(project: DbtProject, window: Window) -> list[str]:
    """What dbt builds: everything, or the models with all that reads them, and what scopes them."""
    if not window.models:
        return []
    scopes = sorted(path.stem for pattern in _SCOPES for path in project.folder.glob(pattern))
    return ["--select", "resource_type:seed", *scopes, *(f"{name}+" for name in window.models)]


def _require_possible(
    settings: Settings, window: Window, wanted: Fingerprint, files: pa.Table
) -> GoodBuild:
    """The good build from which the backfill goes on; UserError when there is none for it."""
    plan = plan_build(settings, files, wanted, full_refresh=False)
    last, ledger = plan.last, plan.ledger
    if last is None or ledger is None:
        raise UserError("There is no good build to go on from yet.", "Run `mackerel-cs build`.")
    if last.build_fingerprint == SUPERSEDED:
        raise UserError(
            "The last build began to make everything anew and did not finish.", _BUILD_INSTEAD
        )
    _require_same_engine(last, wanted)
    if ledger.lost_arrivals or (window.models and ledger.unfinished_count):
        raise UserError(
            "The last build did not finish: it had taken in files, and how far is not known.",
            "Leave out --models, so that they are taken in again."
            if not ledger.lost_arrivals
            else _BUILD_INSTEAD,
        )
    if window.from_date < last.log_start_date or window.to_date > last.as_of_date:
        raise UserError(
            f"The window {window.from_date} to {window.to_date} is not inside the log, which holds "
            f"{last.log_start_date} to {last.as_of_date}.",
            f"Give dates from {last.log_start_date} to {last.as_of_date}. {_UNTOUCHED}",
        )
    return last


def _require_same_engine(last: GoodBuild, wanted: Fingerprint) -> None:
    """UserError when more than the project differs: then no row of the last build can stand."""
    if last.given_vars != wanted.given_vars:
        raise UserError(
            "The last good build was given other vars: "
            f"{differences(last.given_vars, wanted.given_vars)}.",
            f"Give the same vars with --vars, or run `mackerel-cs build`. {_UNTOUCHED}",
        )
    if last.engine_version != wanted.engine_version:
        raise UserError(
            f"The last good build was made by DuckDB {last.engine_version}, this is "
            f"{wanted.engine_version}.",
            _BUILD_INSTEAD,
        )


def _known_models(project: DbtProject, given: str | None) -> tuple[str, ...]:
    """The names, sorted; UserError with near names for one that is no model."""
    if given is None:
        return ()
    known = {path.stem for path in project.folder.glob("models/**/*.sql")}
    names = sorted({name.strip() for name in given.split(",")} - {""})
    if not names:
        raise UserError("--models names no model.", "Name some, or leave it out for all of them.")
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
            raise UserError(
                f"There is no model {name!r}.",
                (f"Did you mean {' or '.join(near)}? " if near else "`dbt ls` lists the models. ")
                + _UNTOUCHED,
            )
    return tuple(names)


def _date(option: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise UserError(
            f"{option} {value} is no date.", f"Use a date such as 2026-03-31. {_UNTOUCHED}"
        ) from error
