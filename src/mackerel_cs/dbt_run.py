"""One `dbt build` in a process of its own, with its progress and a short account of failures.

In a process of its own its memory is gone and the warehouse free when checks and publishing begin.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mackerel_cs.console import progress
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.engine import Engine
from mackerel_cs.errors import UserError
from mackerel_cs.failed_rows import Ask, Rows, told_rows
from mackerel_cs.settings import Settings

# Nothing but the project and the data decides a build: no telemetry, no look for new versions.
_ENVIRONMENT = {
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DBT_VERSION_CHECK": "false",
    "DO_NOT_TRACK": "1",
    "DBT_USE_COLORS": "false",
}
_FAILURES_SHOWN = 10
_MESSAGE_LINES = 6
_ERRORS_KEPT = 20
# What DuckDB says when a block of its file is not what it wrote there.
_CORRUPT = "Corrupt database file"
# Where in dbt's macros and in Spark's Java it happened.
_STACK = re.compile(r"> in macro|> called by|at [\w.$/<>]+\(|An error occurred while calling")


@dataclass
class _Watch:
    """What the log lines of the run said."""

    done: int = 0
    errors: list[str] = field(default_factory=list)


def run_dbt_build(
    project: DbtProject,
    settings: Settings,
    variables: dict[str, Any],
    *,
    full_refresh: bool = False,
    selection: Sequence[str] = (),
) -> None:
    """Run it; UserError that names the failing models and tests when it is red.

    `selection` says what is built, in dbt's own options; without it everything is.
    """
    engine = Engine.from_environment(settings)
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "build"]
    command += ["--project-dir", str(project.folder), "--profiles-dir", str(project.folder)]
    command += ["--log-format", "json", "--log-level", "info"]
    command += ["--exclude-resource-type", "unit_test"]
    if variables:
        command += ["--vars", json.dumps(variables)]
    if full_refresh:
        command.append("--full-refresh")
    command += selection
    (project.target / "run_results.json").unlink(missing_ok=True)
    # Absolute, because dbt works in the project's folder.
    places = {
        "MACKEREL_CS_RAW": str(settings.raw.absolute()),
        "MACKEREL_CS_DATA": str(settings.data.absolute()),
        "DBT_TARGET_PATH": str(project.target),
        "DBT_LOG_PATH": str(project.log.parent),
        "MACKEREL_CS_TEMP": str(engine.temp.absolute()),
    }
    watch = _Watch()
    with subprocess.Popen(
        command,
        cwd=project.folder,
        env=os.environ | _ENVIRONMENT | places,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        try:
            _follow(process, watch)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise _failure(project, settings, watch, process.returncode)


def _follow(process: "subprocess.Popen[str]", watch: _Watch) -> None:
    lines = (_event(line) for line in process.stdout or ())
    total = 0
    for event in lines:
        _note_error(event, watch)
        if total := _total(event):
            break
    if not total:
        return
    with progress("dbt build", total=total) as advance:
        for event in lines:
            _note_error(event, watch)
            if event["info"].get("name") == "NodeFinished":
                watch.done += 1
                advance()


def _event(line: str) -> dict[str, Any]:
    """A line of dbt's log; what is no log line (a crash of Python) counts as an error."""
    try:
        event = json.loads(line)
        if isinstance(event, dict) and isinstance(event.get("info"), dict):
            return event
    except ValueError:
        pass
    return {"info": {"level": "error", "msg": line.rstrip()}, "data": {}}


def _total(event: dict[str, Any]) -> int:
    """The number of nodes to run, known from the first that starts."""
    if event["info"].get("name") != "LogStartLine":
        return 0
    return int(event["data"].get("total", 0))


def _note_error(event: dict[str, Any], watch: _Watch) -> None:
    if event["info"].get("level") == "error" and len(watch.errors) < _ERRORS_KEPT:
        watch.errors.append(event["info"]["msg"])


def _failure(project: DbtProject, settings: Settings, watch: _Watch, code: int) -> UserError:
    ending = "Nothing was published: what people read stays as it is."
    if code < 0:
        return UserError(
            f"dbt was ended by signal {-code} after {watch.done} nodes.",
            "If the machine ran out of memory, set MACKEREL_CS_MEMORY_LIMIT (such as 1GB) or give "
            f"it more. The log is {project.log}. {ending}",
            exit_code=1,
        )
    failed = failed_nodes(project, asking(settings)) or told_errors(watch.errors)
    if any(_CORRUPT in told for told in failed):
        ending = (
            f"The warehouse is broken. Move {settings.warehouse} away or delete it: the next build "
            f"makes it anew from the raw log. {ending}"
        )
    return red_build(project, failed, ending)


def red_build(project: DbtProject, failed: Sequence[str], ending: str) -> UserError:
    """The error that names what failed, with `ending` behind it."""
    more = len(failed) - _FAILURES_SHOWN
    return UserError(
        "The build is red:\n"
        + "\n".join(failed[:_FAILURES_SHOWN])
        + (f"\n... and {more} more" if more > 0 else ""),
        f"The whole story is in {project.log}. {ending}",
        exit_code=1,
    )


def told_errors(messages: Sequence[str]) -> list[str]:
    """Error messages of dbt as lines for a user; empty ones left out."""
    return [f"  {told}" for message in messages if (told := _shortened(message))]


def failed_nodes(project: DbtProject, ask: Ask) -> list[str]:
    """What is told of each model or test that failed; none where dbt stopped before the first.

    `ask` reads the rows of those data tests that will be shown.
    """
    run = project.last_run()
    try:
        failures = run.failures()
    except UserError:
        return []  # dbt stopped before the first node: its error messages are all there is
    told = [
        f"  {row['unique_id']}: {_shortened(str(row['message'] or row['status']))}"
        for row in failures
    ]
    for number, row in enumerate(failures[:_FAILURES_SHOWN]):
        told[number] = "\n".join([told[number], *told_rows(run, row, ask)])
    return told


def asking(settings: Settings) -> Ask:
    """Questions to the warehouse a build on DuckDB has left."""

    def ask(query: str) -> Rows:
        engine = Engine.from_environment(settings)
        with engine.connect(settings.warehouse, read_only=True) as connection:
            found = connection.execute(query)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    return ask


def _shortened(message: str) -> str:
    # dbt adds Python's stack to what the database said: it is in the log, and helps nobody here.
    said = message.split("Traceback (most recent call last)", maxsplit=1)[0]
    lines = [line.strip() for line in said.splitlines()]
    lines = [line for line in lines if line and not _STACK.match(line)]
    return "\n      ".join(lines[:_MESSAGE_LINES])
