"""What dbt costs: a whole `dbt build` against its own SQL as one bare DuckDB script, in one run.

Both begin with the raw log and an empty warehouse, with the profile's memory and threads: models
and data tests, seeds and the record of the build. dbt's own questions to the catalogue are not in
the script.
"""

import shutil
from statistics import median

from benchmarks.installation import Finished, Installation
from benchmarks.tables import Measurement

AIM = 1.3
_DBT = ("build", "--quiet", "--exclude-resource-type", "unit_test")


def measure(installation: Installation, organizations: int, turns: int) -> list[Measurement]:
    """Make raw logs where there are none, and measure both by turns."""
    installation.simulate(organizations)
    measured = [_turn(installation) for _ in range(turns)]
    ratio = median(dbt.seconds / bare.seconds for dbt, bare in measured)
    ratios = ", ".join(f"{dbt.seconds / bare.seconds:.2f}" for dbt, bare in measured)
    return [
        Measurement(
            f"`dbt build`: times its SQL as a bare script (median of {ratios})",
            f"{ratio:.2f}",
            f"<= {AIM}",
            ratio <= AIM,
        ),
        Measurement("`dbt build`", f"{median(dbt.seconds for dbt, _ in measured):.0f} s"),
        Measurement("the bare script", f"{median(bare.seconds for _, bare in measured):.0f} s"),
    ]


def _turn(installation: Installation) -> tuple[Finished, Finished]:
    script = str((installation.folder / "script.json").absolute())
    _clear(installation)
    dbt = installation.python("-m", "benchmarks.recording", script, *_DBT)
    _clear(installation)
    return dbt, installation.python("-m", "benchmarks.script", script)


def _clear(installation: Installation) -> None:
    shutil.rmtree(installation.settings.data, ignore_errors=True)
