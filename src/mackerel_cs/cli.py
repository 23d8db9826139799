"""The command line: `mackerel-cs`, and `python -m mackerel_cs` the same."""

import importlib
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from mackerel_cs.console import err
from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings

# In the order of a working day. Name: where the function is, and its line in the overview.
COMMANDS = {
    "simulate": (
        "mackerel_cs.simulate.command:simulate",
        "Make believable raw logs, and the truth behind them.",
    ),
    "collect": (
        "mackerel_cs.collect.command:collect",
        "Put webhook bodies and API responses into the raw log.",
    ),
    "build": ("mackerel_cs.build:build", "Build, test, check and publish the marts."),
    "build-spark": (
        "mackerel_cs.spark.build:build_spark",
        "Build, test, check and publish the same models on Spark.",
    ),
    "compare-engines": (
        "mackerel_cs.spark.compare:compare_engines",
        "Compare every table between DuckDB and Spark.",
    ),
    "look-back": (
        "mackerel_cs.look_back.command:look_back",
        "Build the marts of a past day into a file of their own.",
    ),
    "backfill": (
        "mackerel_cs.backfill:backfill",
        "Compute a window of dates again after a fix of the project.",
    ),
    "docs": ("mackerel_cs.site.command:docs", "Write the documentation site of the last build."),
    "publish": ("mackerel_cs.publish:publish", "Publish the marts of the last green build."),
    "check": (
        "mackerel_cs.check.command:check",
        "Check what landed, and what people will read, against expectations.",
    ),
    "erase": (
        "mackerel_cs.erase.command:erase",
        "Take people or organizations out of everything, for good.",
    ),
}
DEFECT_EXIT_CODE = 70
_DEBUG = "--debug"


def main() -> None:
    """Run the command line; every way out has an exit code scripts can trust.

    0 done; 1 red (a model, test or check failed); 2 a user's error; 3 another build is at work;
    70 a defect of ours.
    """
    words = sys.argv[1:]
    try:
        application(words)(words, prog_name="mackerel-cs")
    except UserError as error:
        err.print(f"error: {error.problem}\n       {error.remedy}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of a pipe left: nothing is wrong, and nothing more can be printed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if _DEBUG in words:
            raise
        err.print(
            f"error: a defect of mackerel-cs: {type(error).__name__}: {error}\n"
            f"       The trace is in {_keep_trace()}; {_DEBUG} before the command shows it here."
        )
        sys.exit(DEFECT_EXIT_CODE)


def application(words: list[str]) -> typer.Typer:
    """The commands; only the one that is called is imported, so that all others cost nothing."""
    app = typer.Typer(
        name="mackerel-cs",
        help=_overview.__doc__,
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_overview)
    called = next((word for word in words if not word.startswith("-")), None)
    for name, (place, line) in COMMANDS.items():
        function = _imported(place) if name == called else _not_called
        app.command(name, short_help=line)(function)
    return app


def _overview(
    debug: Annotated[bool, typer.Option(_DEBUG, help="Show stack traces of defects.")] = False,
) -> None:
    """Open customer-success warehouse for Mackerel: raw event logs to curated marts.

    \b
    Examples:
      mackerel-cs simulate --organizations 30 --days 150
      mackerel-cs collect webhooks/ --received-at 2026-03-01T02:03:05Z
      mackerel-cs build

    MACKEREL_CS_RAW (default data/raw) is where raw logs lie, MACKEREL_CS_DATA (default data) where
    everything else is written.
    """


def _not_called() -> None:
    """Stand for a command in the overview."""


def _imported(place: str) -> Callable[..., Any]:
    module, function = place.split(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def _keep_trace() -> Path:
    """Write the current trace beside the data; return where."""
    path = Settings.from_environment().data / "logs" / "mackerel-cs-defect.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(traceback.format_exc(), encoding="utf-8")
    except OSError:
        err.print(traceback.format_exc())
        return Path("the lines above")
    return path
