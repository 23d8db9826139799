"""A place of its own for raw logs, warehouse and artifacts, and commands that run in it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

import psutil

from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings

SAMPLING_SECONDS = 0.1
_OUTPUT_LINES_SHOWN = 15


@dataclass(frozen=True)
class Finished:
    """A command that ended well.

    `peak_bytes` is the highest sum of resident memory of the process and its descendants at one of
    the samples; pages they share count in each, so that it is an upper estimate but for what
    rises and falls between two samples.
    """

    seconds: float
    peak_bytes: int
    output: str


@dataclass(frozen=True)
class Installation:
    """Everything a run reads and writes lies below one folder."""

    folder: Path

    @property
    def settings(self) -> Settings:
        """The folders as the package names them."""
        return Settings(raw=self.folder / "raw", data=self.folder / "data")

    @property
    def target(self) -> Path:
        """Artifacts of dbt."""
        return self.folder / "target"

    @property
    def environment(self) -> dict[str, str]:
        """Variables that keep all that is written inside the folder."""
        return os.environ | {
            "MACKEREL_CS_RAW": str(self.settings.raw.absolute()),
            "MACKEREL_CS_DATA": str(self.settings.data.absolute()),
            "DBT_TARGET_PATH": str(self.target.absolute()),
            "DBT_LOG_PATH": str((self.folder / "logs").absolute()),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

    def mackerel_cs(self, *words: str) -> Finished:
        """Run `mackerel-cs`."""
        return self.python("-m", "mackerel_cs", *words)

    def dbt(self, *words: str) -> Finished:
        """Run `dbt`."""
        return self.python("-c", "from dbt.cli.main import cli; cli()", *words)

    def python(self, *words: str) -> Finished:
        """Run Python in the project's folder."""
        return self._run([sys.executable, *words])

    def simulate(self, organizations: int, seed: int | None = None) -> Finished | None:
        """Make raw logs; None where there are some already."""
        if self.settings.events.is_dir():
            return None
        words = ["simulate", "--organizations", str(organizations)]
        return self.mackerel_cs(*words, *(["--seed", str(seed)] if seed is not None else []))

    def _run(self, command: list[str]) -> Finished:
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            started = perf_counter()
            with subprocess.Popen(
                command,
                cwd=DbtProject.find().folder,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            ) as process:
                peak = _peak_bytes(process)
            seconds = perf_counter() - started
            output.seek(0)
            told = output.read()
        if process.returncode:
            last = "\n".join(told.splitlines()[-_OUTPUT_LINES_SHOWN:])
            raise UserError(
                f"`{' '.join(command[1:])}` ended with code {process.returncode}:\n{last}",
                "Nothing was measured. Put that right and run the benchmark again.",
                exit_code=1,
            )
        return Finished(seconds, peak, told)


@contextmanager
def installed(folder: Path | None) -> Iterator[Installation]:
    """Work in `folder`, which stays, or in one that is thrown away."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield Installation(folder)
        return
    with tempfile.TemporaryDirectory(prefix="mackerel-cs-benchmark-") as scratch:
        yield Installation(Path(scratch))


def _peak_bytes(process: "subprocess.Popen[bytes]") -> int:
    """Wait for the process; the most memory its tree was seen with."""
    peak, ended = 0, Event()

    def sample() -> None:
        nonlocal peak
        while not ended.wait(SAMPLING_SECONDS):
            peak = max(peak, _tree_bytes(process.pid))

    sampler = Thread(target=sample, daemon=True)
    sampler.start()
    try:
        process.wait()
    except BaseException:
        process.terminate()
        raise
    finally:
        ended.set()
        sampler.join()
    return peak


def _tree_bytes(pid: int) -> int:
    try:
        root = psutil.Process(pid)
        tree = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    return sum(map(_resident_bytes, tree))


def _resident_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
