"""One check: measure both boundaries, judge them, tell."""

from mackerel_cs.check.comparison import comparison
from mackerel_cs.check.evidence import load_boundaries
from mackerel_cs.check.judge import judge
from mackerel_cs.check.measure import NOT_THERE, measured, not_whole
from mackerel_cs.check.outcome import Outcome, invocation_id, keep
from mackerel_cs.check.report import CheckReport
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.publish import published_models
from mackerel_cs.settings import Settings


def inspect_boundaries(settings: Settings, *, is_change_accepted: bool) -> CheckReport:
    """See `mackerel_cs.check.run`."""
    project = DbtProject.find()
    last_run = project.last_run()
    marts = published_models(last_run.manifest)
    yardstick = comparison(settings, last_run.vars, is_change_accepted=is_change_accepted)
    boundaries = load_boundaries(project.folder / "expectations")
    with measured(settings, marts, yardstick) as connection:
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
