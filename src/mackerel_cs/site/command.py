"""`mackerel-cs docs`: the documentation site of the last build."""

import shutil

from mackerel_cs import check
from mackerel_cs.check.outcome import outcome_of
from mackerel_cs.console import out, stage
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.lock import exclusive
from mackerel_cs.settings import Settings
from mackerel_cs.site.dbt_docs import write_dbt_docs
from mackerel_cs.site.facts import read_facts
from mackerel_cs.site.start_page import write_start_page


def docs() -> None:
    """Write the documentation site of the last build: models, lineage, checks, one start page.

    Open data/site/index.html in a browser; the pages need neither a server nor a network.

    Example:

      mackerel-cs docs
    """
    settings = Settings.from_environment()
    project = DbtProject.find()
    if not settings.warehouse.is_file():
        raise UserError(
            f"There is no warehouse at {settings.warehouse}.", "Run `mackerel-cs build` first."
        )
    last_run = project.last_run()
    if last_run.engine != settings.engine:
        raise UserError(
            f"The last build ran on {last_run.engine}; the site is written of builds on DuckDB.",
            "Run `mackerel-cs build` first. What is published stays as it was.",
        )
    # Made beside and moved in whole: whoever reads the old pages is not left with half of them.
    scratch = settings.data / ".site.new"
    with exclusive(settings.data):
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        try:
            with stage("writing dbt's pages"):
                write_dbt_docs(project, settings, scratch / "dbt")
            if outcome_of(settings, last_run) is None:
                with stage("checking expectations"):
                    check.run(settings)
            shutil.copytree(settings.expectations / "data_docs", scratch / "expectations")
            write_start_page(read_facts(last_run, settings), scratch / "index.html")
            shutil.rmtree(settings.site, ignore_errors=True)
            scratch.rename(settings.site)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    out.print(f"Site     {settings.site / 'index.html'}")
