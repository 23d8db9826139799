"""`mackerel-cs check`: what landed and what people will read, against expectations."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from mackerel_cs.check import run
from mackerel_cs.check.report import CheckReport
from mackerel_cs.console import out
from mackerel_cs.settings import Settings

_RED = 1
_WIDTH_WITHOUT_TERMINAL = 120


def check(
    accept_change: Annotated[
        bool,
        typer.Option(
            "--accept-change",
            envvar="MACKEREL_CS_ACCEPT_CHANGE",
            help="Do not hold the marts against what is published: the change is wanted.",
        ),
    ] = False,
    of_build: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Check what landed, and what people will read, against expectations.

    `mackerel-cs build` does this itself before it publishes; what its build left as it was it does
    not measure again, this does. Red (exit code 1) names each
    expectation that failed, what was seen and what to do; warnings are told and publish all the
    same. The Data Docs hold every result.

    Examples:

      mackerel-cs check

      mackerel-cs check --accept-change

      MACKEREL_CS_ACCEPT_CHANGE=1 mackerel-cs build
    """
    report = run(
        Settings.from_environment(), is_change_accepted=accept_change, is_of_build=of_build
    )
    _print(report)
    if not report.is_green:
        sys.exit(_RED)


def _print(report: CheckReport) -> None:
    if report.findings:
        width = out.width if out.is_terminal else _WIDTH_WITHOUT_TERMINAL
        Console(width=width, highlight=False).print(report.table())
    out.print(
        f"Checks   {report.expectation_count} expectations: {len(report.critical)} red, "
        f"{len(report.warnings)} warnings ({report.compared_with})"
    )
    out.print(f"Details  {report.data_docs}")
