"""DuckDB and Spark side by side: build time against the size of the log, and by model.

Both make everything of a simulated log, one after the other, with all of this machine's cores:
models, data tests, expectations and publication.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import numpy as np

from benchmarks.installation import Installation
from benchmarks.machine import GB
from benchmarks.tables import Measurement, markdown
from mackerel_cs.dbt_project import DbtProject

AIM_SPARK_SECONDS = 15 * 60
# The default sample: the aim is on it.
DEFAULT_SIZE = 300
_MILLION = 1e6
_COMMANDS = {"DuckDB": "build", "Spark": "build-spark"}


@dataclass(frozen=True)
class Built:
    """What a first build cost an engine; `models` are dbt's seconds by model."""

    engine: str
    organizations: int
    line_count: int
    seconds: float
    peak_bytes: int
    models: dict[str, float]

    @property
    def million_lines(self) -> float:
        """The size of the raw log."""
        return self.line_count / _MILLION


def measure(folder: Path, sizes: Sequence[int]) -> Iterator[Built]:
    """Build logs of so many organizations with each engine.

    What a build cost stays in the folder, and is not measured again: the largest take hours.
    """
    for organizations in sizes:
        place = Installation(folder / str(organizations))
        for engine in _COMMANDS:
            result = place.folder / f"{engine.lower()}.json"
            if not result.exists():
                built = _first_build(place, organizations, engine)
                result.write_text(json.dumps(asdict(built)), encoding="utf-8")
            yield Built(**json.loads(result.read_text("utf-8")))


def _first_build(place: Installation, organizations: int, engine: str) -> Built:
    if not place.settings.events.is_dir():
        # Both engines read gzip; Spark would be given a copy of zstd.
        words = ("--organizations", str(organizations), "--format", "jsonl.gz")
        place.mackerel_cs("simulate", *words)
    shutil.rmtree(place.settings.data, ignore_errors=True)
    finished = place.mackerel_cs(_COMMANDS[engine])
    results = DbtProject(place.folder, place.target).last_run().results
    models = {
        name.split(".")[-1]: float(result["execution_time"])
        for name, result in results.items()
        if name.startswith("model.")
    }
    lines = _line_count(place)
    return Built(engine, organizations, lines, finished.seconds, finished.peak_bytes, models)


def _line_count(place: Installation) -> int:
    """Lines of the raw log, as what was published says."""
    with duckdb.connect(str(place.settings.marts), read_only=True) as connection:
        row = connection.execute(
            "select sum(line_count) from observability.fct_line_counts"
        ).fetchone()
    return int(row[0]) if row else 0


def measurements(built: Sequence[Built]) -> list[Measurement]:
    """Time and memory by size and engine, and the straight line through the times."""
    told = [_measurement(one) for one in built]
    for engine in _COMMANDS:
        points = [one for one in built if one.engine == engine]
        if len({one.line_count for one in points}) > 1:
            slope, fixed = fitted(points)
            figure = f"{fixed:.0f} s + {slope:.1f} s for each million lines"
            told.append(Measurement(f"{engine}: the straight line through these", figure))
    return told


def fitted(points: Sequence[Built]) -> tuple[float, float]:
    """Seconds for each million lines more, and those whatever the log, by least squares.

    Weighted by the time, so that a small log's seconds count as much as a large one's minutes.
    """
    slope, fixed = np.polyfit(
        [one.million_lines for one in points],
        [one.seconds for one in points],
        deg=1,
        w=[1 / one.seconds for one in points],
    )
    return float(slope), float(fixed)


def _measurement(one: Built) -> Measurement:
    name = f"{one.engine}, {one.million_lines:.1f} million lines"
    figure = f"{one.seconds:.0f} s, {one.peak_bytes / GB:.1f} GB"
    if one.engine == "Spark" and one.organizations == DEFAULT_SIZE:
        return Measurement(
            f"{name} (the default sample)",
            figure,
            f"<= {AIM_SPARK_SECONDS} s",
            one.seconds <= AIM_SPARK_SECONDS,
        )
    return Measurement(name, figure)


def models_table(built: Sequence[Built]) -> str:
    """Seconds of each model on both engines by size, those that cost Spark most first."""
    head = ["model", *(f"{one.engine}, {one.million_lines:.1f} M" for one in built)]
    last = built[-1].models
    rows = [
        (f"`{name}`", *(f"{one.models[name]:.2f}" for one in built))
        for name in sorted(last, key=lambda name: (-last[name], name))
    ]
    total = ("all models", *(f"{sum(one.models.values()):.0f}" for one in built))
    return markdown(head, [total, *rows], left=1)
