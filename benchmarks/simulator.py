"""Simulator speed on one core.

A process of its own, held on one processor, with one thread for Polars. Events a second count every
line: drawn, rendered to JSON, compressed and written. Processor time is what a core spends on it,
however busy the machine is besides.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.tables import Measurement
from mackerel_cs.errors import UserError

AIM = 150_000


def measure(organizations: int) -> list[Measurement]:
    """Simulate once into a folder that is thrown away."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.simulator", str(organizations)],
        cwd=Path(__file__).parents[1],
        env=os.environ | {"POLARS_MAX_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UserError(
            f"The simulator ended with code {done.returncode}; what it said stands above.",
            "Nothing was measured. Put that right and run the benchmark again.",
            exit_code=1,
        )
    told = json.loads(done.stdout)
    speed = told["lines"] / told["processor_seconds"]
    return [
        Measurement(
            f"simulator: lines a second on one core ({told['lines']:,} lines)",
            f"{speed:,.0f}",
            f">= {AIM:,}",
            speed >= AIM,
        ),
        Measurement("simulator: time on the clock", f"{told['wall_seconds']:.1f} s"),
    ]


def _child(organizations: int) -> None:
    if sys.platform == "linux":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    # Polars counts its threads when it is imported, which must come after.
    from mackerel_cs.simulate import SimulationOptions, run  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        wall, processor = time.perf_counter(), time.process_time()
        summary = run(
            SimulationOptions(organizations=organizations),
            Path(folder) / "raw",
            Path(folder) / "truth",
        )
        told = {
            "lines": summary.lines,
            "wall_seconds": time.perf_counter() - wall,
            "processor_seconds": time.process_time() - processor,
        }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    _child(int(sys.argv[1]))
