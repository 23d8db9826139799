"""Options that the commands share which build."""

from typing import Annotated

import typer

Vars = Annotated[str | None, typer.Option("--vars", help="Vars for dbt as YAML or JSON.")]
FullRefresh = Annotated[
    bool,
    typer.Option("--full-refresh", help="Make everything anew, of the raw log as it is now."),
]
