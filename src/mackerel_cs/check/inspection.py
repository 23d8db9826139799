"""One check: measure both boundaries, judge them, tell."""

from pathlib import Path

from mackerel_cs.check.comparison import comparison
from mackerel_cs.check.evidence import load_boundaries
from mackerel_cs.check.judge import judge
from mackerel_cs.check.measure import NOT_THERE, measured, not_whole
from mackerel_cs.check.outcome import Outcome, invocation_id, keep
from mackerel_cs.check.report import CheckReport
from mackerel_cs.dbt_project import DbtProject, LastRun
from mackerel_cs.publish import Model, published_models
from mackerel_cs.publish.builds import Builds
from mackerel_cs.publish.manifest import Warehouse, base_of
from mackerel_cs.settings import Settings


def inspect_boundaries(
    settings: Settings, *, is_change_accepted: bool, is_of_build: bool
) -> CheckReport:
    """See `mackerel_cs.check.run`."""
    project = DbtProject.find()
    last_run = project.last_run()
    marts = published_models(last_run.manifest)
    yardstick = comparison(settings, last_run.vars, is_change_accepted=is_change_accepted)
    boundaries = load_boundaries(project.folder / "expectations")
    base = _base(settings, last_run, marts) if is_of_build else None
    with measured(settings, marts, yardstick, base) as connection:
        try:
            frames = {
                evidence.name: connection.execute(evidence.sql).df()
                for boundary in boundaries
                for evidence in boundary.evidence
            }
        except NOT_THERE as error:
            raise not_whole(error) from error
        as_of_date = connection.execute("select as_of_date from as_of").fetchall()[0][0]
    report = judge(boundaries, frames, settings.expectations, as_of_date, yardstick.told)
    keep(
        Outcome(
            expectation_count=report.expectation_count,
            critical_count=len(report.critical),
            warning_count=len(report.warnings),
            compared_with=report.compared_with,
            invocation_id=invocation_id(last_run),
        ),
        settings,
    )
    return report


def _base(settings: Settings, last_run: LastRun, marts: list[Model]) -> Path | None:
    """The published build whose measures can be gone on from."""
    published = Builds(settings.published).current()
    return base_of(Warehouse.read(settings), last_run, marts, published)
