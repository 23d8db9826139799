"""Simulator speed on one core: `python benchmarks/simulator.py [organizations] [days]`.

Polars gets one thread, so that processor time is one core's time. Events a second count every line,
drawn, rendered to JSON, compressed and written; the aim is 150,000.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

AIM = 150_000


def main(organizations: int, days: int) -> int:
    """Simulate once into a folder that is thrown away; exit code 1 below the aim."""
    os.environ["POLARS_MAX_THREADS"] = "1"  # read when Polars is imported, hence the late import
    from mackerel_cs.simulate import SimulationOptions, run  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        wall, processor = time.perf_counter(), time.process_time()
        summary = run(
            SimulationOptions(organizations=organizations, days=days),
            Path(folder) / "raw",
            Path(folder) / "truth",
        )
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    speed = summary.lines / processor
    rows = {
        "organizations": f"{summary.organizations:,} of {organizations:,}",
        "lines": f"{summary.lines:,}",
        "compressed": f"{summary.bytes / 1e6:,.0f} MB",
        "processor time": f"{processor:.1f} s",
        "wall time": f"{wall:.1f} s",
        "peak memory": f"{peak:,.0f} MB",
        "lines a second on one core": f"{speed:,.0f} (aim {AIM:,})",
    }
    width = max(map(len, rows))
    sys.stdout.write("".join(f"{name:<{width}}  {value}\n" for name, value in rows.items()))
    return 0 if speed >= AIM else 1


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:3]]
    sys.exit(main(*(numbers + [300, 548][len(numbers) :])))
