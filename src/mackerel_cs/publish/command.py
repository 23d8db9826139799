"""`mackerel-cs publish`: publish the last green build, or go back to the one before."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from mackerel_cs.check.outcome import hand_over_measures
from mackerel_cs.check_run import run_checks
from mackerel_cs.console import out
from mackerel_cs.dbt_project import DbtProject, LastRun
from mackerel_cs.errors import UserError
from mackerel_cs.lock import exclusive
from mackerel_cs.publish.builds import Builds
from mackerel_cs.publish.manifest import Warehouse, base_of, new_manifest, write_manifest
from mackerel_cs.publish.marts import write_marts
from mackerel_cs.publish.models import published_models
from mackerel_cs.settings import Settings

_NOT_GREEN_SHOWN = 3


def publish(
    rollback: Annotated[
        bool,
        typer.Option(
            "--rollback", help="Go back to the build published before; again: further back."
        ),
    ] = False,
) -> None:
    """Publish the marts of the last green build.

    `mackerel-cs build` and `build-spark` do this themselves; use it after a plain `dbt build`.
    Nothing is published unless every model and test of the project was green in the last
    `dbt build`, and the checks are. Readers of the old marts are not disturbed.

    Examples:

      dbt build && mackerel-cs publish

      mackerel-cs publish --rollback
    """
    settings = Settings.from_environment()
    if rollback:
        with exclusive(settings.data):
            roll_back(settings)
        return
    project = DbtProject.find()
    with exclusive(settings.data), exclusive(project.target):
        last_run = project.last_run()
        require_green(last_run, settings.built_by(last_run.engine))
        run_checks()
        published = publish_build(last_run, settings)
    out.print(f"Published {published.model_count} models: {settings.marts}")


def require_green(last_run: LastRun, settings: Settings) -> None:
    """UserError unless the last dbt run was a whole, green build of this warehouse."""
    if not settings.warehouse.is_file():
        raise UserError(
            f"There is no warehouse at {settings.warehouse}.",
            f"Run `{settings.build_command}` first.",
        )
    is_build = last_run.command == "build" and last_run.engine == settings.engine
    missing = last_run.missing() if is_build else [f"a whole `dbt build` on {settings.engine}"]
    if missing:
        named = ", ".join(missing[:_NOT_GREEN_SHOWN])
        raise UserError(
            f"The last dbt run was not a whole green build; not green: {named}"
            + (" and more." if len(missing) > _NOT_GREEN_SHOWN else "."),
            f"Run `{settings.build_command}`. What is published stays as it is.",
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
    """Write the marts beside, make them safe on the disk, then move them in at once.

    Whatever fails before the move leaves what is published as it was.
    """
    settings = settings.built_by(last_run.engine)
    models = published_models(last_run.manifest)
    if not models:
        raise UserError(
            "The project has no model to publish.",
            "Models below models/marts and models/metrics with access public or protected are.",
        )
    builds = Builds(settings.published)
    try:
        warehouse = Warehouse.read(settings)
        manifest = new_manifest(warehouse, last_run, settings, models)
        base = base_of(warehouse, last_run, models, builds.current())
        with builds.staging() as staging:
            row_counts = write_marts(models, settings, staging, base)
            write_manifest(manifest, row_counts, staging)
            hand_over_measures(settings, last_run, staging)
            folder = builds.add(staging, manifest["build_id"])
        builds.publish(folder, settings.kept_builds)
    except (OSError, duckdb.Error) as error:
        raise _not_published(error) from error
    return Published(folder, manifest["build_id"], row_counts)


def roll_back(settings: Settings) -> None:
    """Point readers back to the build before the one they read now, and say which it is."""
    try:
        folder = Builds(settings.published).roll_back()
    except OSError as error:
        raise _not_published(error) from error
    as_of_date = json.loads((folder / "manifest.json").read_text("utf-8"))["as_of_date"]
    out.print(f"Published is {folder.name} again, as of {as_of_date}: {settings.marts}")


def _not_published(error: Exception) -> UserError:
    return UserError(
        f"The marts could not be published: {error}",
        "Free space and check the rights of the data folder, then run `mackerel-cs publish`. "
        "What was published before is still there, whole.",
        exit_code=1,
    )
