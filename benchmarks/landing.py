"""Landing against a bare `read_json` of the same files, by turns in one run.

Landing is what dbt runs: the inspection of every file (nothing remembered), every line kept with
its number, judged, and freed of duplicates, in a new warehouse. The bare read gives the envelope's
columns and gives up what is no JSON. Threads and memory are the profile's for both.
"""

import json
import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

import duckdb

from benchmarks.installation import Installation
from benchmarks.tables import Measurement

AIM = 2.5
MODELS = ("land_files", "land_lines", "land_quarantined_lines", "land_duplicates")
TEXTS = ("specversion", "id", "source", "type", "time", "receivedtime", "orgid")
ENVELOPE = dict.fromkeys(TEXTS, "VARCHAR") | {"data": "JSON"}


@dataclass(frozen=True)
class Turn:
    """Seconds of both, one after the other."""

    landing: float
    bare: float

    @property
    def ratio(self) -> float:
        """How many times as long landing takes."""
        return self.landing / self.bare


def measure(installation: Installation, organizations: int, turns: int) -> list[Measurement]:
    """Make raw logs where there are none, and measure."""
    installation.simulate(organizations)
    _landed_seconds(installation)  # the files come from memory in every turn, the project is parsed
    measured = [
        Turn(_landed_seconds(installation), _bare_seconds(installation)) for _ in range(turns)
    ]
    ratio = median(turn.ratio for turn in measured)
    landing, bare = median(t.landing for t in measured), median(t.bare for t in measured)
    ratios = ", ".join(f"{turn.ratio:.2f}" for turn in measured)
    lines = _landed_lines(installation)
    return [
        Measurement(
            f"landing: times a bare `read_json` (median of {ratios})",
            f"{ratio:.2f}",
            f"<= {AIM}",
            ratio <= AIM,
        ),
        Measurement(
            f"landing: {lines:,} lines",
            f"{landing:.1f} s ({lines / landing:,.0f} a second)",
        ),
        Measurement("landing: the bare `read_json`", f"{bare:.1f} s"),
        Measurement(
            "landing: fastest turn against the fastest bare one (least of the machine's noise)",
            f"{min(t.landing for t in measured) / min(t.bare for t in measured):.2f}",
        ),
    ]


def span_seconds(results: Iterable[dict[str, Any]]) -> float:
    """Seconds from the first start to the last end of the nodes in dbt's `run_results.json`."""
    times = [
        datetime.fromisoformat(timing[name])
        for result in results
        for timing in result["timing"]
        for name in ("started_at", "completed_at")
    ]
    return (max(times) - min(times)).total_seconds()


def _landed_seconds(installation: Installation) -> float:
    shutil.rmtree(installation.settings.data / "landing", ignore_errors=True)
    installation.settings.warehouse.unlink(missing_ok=True)
    installation.dbt("run", "--select", *MODELS)
    told = json.loads((installation.target / "run_results.json").read_text("utf-8"))
    return span_seconds(told["results"])


def _landed_lines(installation: Installation) -> int:
    with duckdb.connect(str(installation.settings.warehouse), read_only=True) as connection:
        row = connection.execute("select count(*) from landing.land_lines").fetchone()
    return int(row[0]) if row else 0


def _bare_seconds(installation: Installation) -> float:
    path = installation.settings.data / "bare.duckdb"
    path.unlink(missing_ok=True)
    files = [str(file) for file in sorted(installation.settings.events.rglob("*.jsonl*"))]
    with duckdb.connect(str(path), config=_profile_settings(installation)) as connection:
        started = time.perf_counter()
        connection.execute(
            "create table lines as select * from read_json("
            "?, format = 'newline_delimited', ignore_errors = true, columns = "
            + json.dumps(ENVELOPE).replace('"', "'")
            + ")",
            [files],
        )
        seconds = time.perf_counter() - started
    path.unlink()
    return seconds


def _profile_settings(
    installation: Installation,
) -> dict[str, Any]:
    """What the profile of the project gives the warehouse."""
    return {
        "threads": os.environ.get("MACKEREL_CS_THREADS", "2"),
        "memory_limit": memory_limit(),
        "temp_directory": str(installation.settings.data / "tmp"),
    }


def memory_limit() -> str:
    """DuckDB's memory limit, as the profile has it."""
    return os.environ.get("MACKEREL_CS_MEMORY_LIMIT", "2GB")
