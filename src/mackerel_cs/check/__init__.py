"""The guard at the two boundaries: what landed, and what people will read.

DuckDB measures each boundary into small tables of evidence, one pass a table; Great Expectations
judges the evidence. So two million lines cost the library no more than two hundred, and its own
DuckDB support (which reads results after it has closed the connection) is not needed.
"""

from mackerel_cs.check.report import CheckReport, Finding
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings

__all__ = ["CheckReport", "Finding", "run"]


def run(
    settings: Settings, *, is_change_accepted: bool = False, is_of_build: bool = False
) -> CheckReport:
    """Check the warehouse of the last dbt run; writes Data Docs, changes nothing else.

    With `is_change_accepted` nothing is held against what was published last. With `is_of_build`
    rows that the last build left as they were are not measured again. UserError when there is no
    warehouse or it is not a whole build.
    """
    settings = settings.built_by(DbtProject.find().last_run().engine)
    if not settings.warehouse.is_file():
        raise UserError(
            f"There is no warehouse at {settings.warehouse}.",
            f"Run `{settings.build_command}` first.",
        )
    # Here, because the library behind it takes seconds to import.
    from mackerel_cs.check.inspection import inspect_boundaries  # noqa: PLC0415

    return inspect_boundaries(
        settings, is_change_accepted=is_change_accepted, is_of_build=is_of_build
    )
