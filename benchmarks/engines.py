"""DuckDB and Spark side by side: build time against the size of the log, and by model.

One engine after the other makes everything of a simulated log but its last day, and then takes that
day in, with all of this machine's cores: models, data tests, expectations and publication.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.build import line_count
from benchmarks.daily import deliver
from benchmarks.installation import Installation
from benchmarks.machine import GB
from benchmarks.tables import Measurement, markdown
from mackerel_cs.dbt_project import DbtProject

AIM_SPARK_SECONDS = 15 * 60
# The default sample: the aim is on it.
DEFAULT_SIZE = 300
_MILLION = 1e6
# Lines a day for which a cluster is sized, in millions, and the time its daily build may take.
SIZED_MILLION_LINES = (1, 10, 100, 1_000, 10_000)
WINDOW_SECONDS = 3600
# What is left of a core when many work together: an assumption, not measured here.
EFFICIENCY = 0.6
_COMMANDS = {"DuckDB": "build", "Spark": "build-spark"}


@dataclass(frozen=True)
class Built:
    """What a first build and a day's run cost an engine; `models` are the former's by model."""

    engine: str
    organizations: int
    line_count: int
    seconds: float
    peak_bytes: int
    models: dict[str, float]
    day_line_count: int
    day_seconds: float

    @property
    def million_lines(self) -> float:
        """The size of the raw log."""
        return self.line_count / _MILLION


def measure(folder: Path, sizes: Sequence[int]) -> Iterator[Built]:
    """Build logs of so many organizations with each engine.

    What was measured stays in the folder, and is not measured again: the largest take hours.
    """
    for organizations in sizes:
        place = Installation(folder / str(organizations))
        for engine in _COMMANDS:
            result = place.folder / f"{engine.lower()}.json"
            if not result.exists():
                built = _built(place, organizations, engine)
                result.write_text(json.dumps(asdict(built)), encoding="utf-8")
            yield Built(**json.loads(result.read_text("utf-8")))


def _built(place: Installation, organizations: int, engine: str) -> Built:
    log = Installation(place.folder / "log")
    if not log.settings.events.is_dir():
        # Both engines read gzip; Spark would be given a copy of zstd.
        words = ("--organizations", str(organizations), "--format", "jsonl.gz")
        log.mackerel_cs("simulate", *words)
    days = sorted(path for path in log.settings.events.iterdir() if path.is_dir())
    shutil.rmtree(place.settings.data, ignore_errors=True)
    shutil.rmtree(place.settings.raw, ignore_errors=True)
    deliver(place, days[:-1])
    first = place.mackerel_cs(_COMMANDS[engine])
    models, lines = _seconds_by_model(place), line_count(place)
    deliver(place, days[-1:])
    day = place.mackerel_cs(_COMMANDS[engine])
    day_lines = line_count(place) - lines
    return Built(
        engine,
        organizations,
        lines,
        first.seconds,
        max(first.peak_bytes, day.peak_bytes),
        models,
        day_lines,
        day.seconds,
    )


def _seconds_by_model(place: Installation) -> dict[str, float]:
    results = DbtProject(place.folder, place.target).last_run().results
    return {
        name.split(".")[-1]: float(result["execution_time"])
        for name, result in results.items()
        if name.startswith("model.")
    }


def measurements(built: Sequence[Built]) -> list[Measurement]:
    """Time and memory by size and engine, and the straight line through the times."""
    told = [measurement for one in built for measurement in (_first(one), _day(one))]
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


def _day(one: Built) -> Measurement:
    return Measurement(
        f"{one.engine}, a day more: {one.day_line_count:,} lines", f"{one.day_seconds:.0f} s"
    )


def _first(one: Built) -> Measurement:
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


def sizing_table(built: Sequence[Built], cores: int) -> str:
    """What a day's lines would cost, by the straight lines: extrapolated, not measured.

    A line of a day is taken to cost what a line of a first build does. Cores are those of a Spark
    whose models end within the window; a fixed part does not shrink with them.
    """
    lines = {engine: fitted([one for one in built if one.engine == engine]) for engine in _COMMANDS}
    head = ("million lines a day", *(f"{engine} here" for engine in _COMMANDS), "cores for an hour")
    rows = []
    for million in SIZED_MILLION_LINES:
        hours = [(fixed + slope * million) / 3600 for slope, fixed in lines.values()]
        slope, fixed = lines["Spark"]
        core_seconds = slope * million * cores / EFFICIENCY
        needed = max(1, round(core_seconds / (WINDOW_SECONDS - fixed)))
        rows.append((f"{million:,}", *(f"{hour:,.1f} h" for hour in hours), f"{needed:,}"))
    return markdown(head, rows, left=0)


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
