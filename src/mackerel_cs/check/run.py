"""One check: measure both boundaries, judge them, tell."""

import duckdb

from mackerel_cs.check.comparison import comparison
from mackerel_cs.check.evidence import load_boundaries
from mackerel_cs.check.judge import judge
from mackerel_cs.check.measure import measured, not_whole
from mackerel_cs.check.report import CheckReport
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.publish import published_models
from mackerel_cs.settings import Settings


def run(settings: Settings, *, is_change_accepted: bool = False) -> CheckReport:
    """Check the warehouse of the last dbt run; writes Data Docs, changes nothing else.

    With `is_change_accepted` nothing is held against what was published last. UserError when there
    is no warehouse or it is not a whole build.
    """
    project = DbtProject.find()
    if not settings.warehouse.is_file():
        raise UserError(
            f"There is no warehouse at {settings.warehouse}.", "Run `mackerel-cs build` first."
        )
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
        except duckdb.CatalogException as error:
            raise not_whole(error) from error
        as_of_date = connection.execute("select as_of_date from as_of").fetchall()[0][0]
    return judge(boundaries, frames, settings.expectations, as_of_date, yardstick.told)
