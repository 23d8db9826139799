"""`build-spark` killed at any moment: the next build ends where an undisturbed one would have."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import REPOSITORY, cli, environment
from mackerel_cs.settings import Settings
from published_files import as_readers_see

pytest.importorskip("pyspark")
from spark_settings import dbt_build, quick_spark

# Each costs a part of a build, a minute or some; one more dies while its record is written.
KILLS = 3
LATER_DAYS = 3
LONG_TIMEOUT = 5400
_POLL_SECONDS = 0.05
# What dbt's log says of each that is done.
_DONE = re.compile(r" of \d+ (?:OK|PASS) ")


def done_count(folder: Path) -> int:
    log = folder / "logs" / "dbt.log"
    return len(_DONE.findall(log.read_text("utf-8"))) if log.exists() else 0


def kill_when_done(folder: Path, count: int, seconds: float) -> None:
    """Begin a build, and end it with its Java as a power cut would.

    That is so many seconds after so many models, tests and hooks are done.
    """
    (folder / "logs" / "dbt.log").unlink(missing_ok=True)
    with subprocess.Popen(
        [sys.executable, "-m", "mackerel_cs", "build-spark"],
        cwd=REPOSITORY,
        env=os.environ | environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        while process.poll() is None and done_count(folder) < count:
            time.sleep(_POLL_SECONDS)
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.long
@pytest.mark.timeout(LONG_TIMEOUT)
def test_builds_killed_on_the_way_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in quick_spark(tmp_path / "conf").items():
        monkeypatch.setenv(name, value)
    cli(
        tmp_path, "simulate", "--organizations", "3", "--days", "20", "--start", "2026-02-01",
        "--late-rate", "0.05",
    )  # fmt: skip
    settings = Settings(tmp_path / "raw", tmp_path / "data")
    later = tmp_path / "later"
    later.mkdir()
    for day in sorted(settings.events.iterdir())[-LATER_DAYS:]:
        shutil.move(day, later / day.name)
    dbt_build(tmp_path)
    (tmp_path / "logs" / "dbt.log").unlink()
    cli(tmp_path, "build-spark")
    count = done_count(tmp_path)
    before = as_readers_see(settings.published.resolve())

    for day in sorted(later.iterdir()):
        shutil.move(day, settings.events / day.name)
    moments = random.Random(20261123)
    points = [int(count * (kill + moments.random()) / KILLS) for kill in range(KILLS)]
    # The last of all that is done is the hook that writes the record of a good build.
    for point in [*points, count - 1]:
        kill_when_done(tmp_path, point, moments.random())
        assert as_readers_see(settings.published.resolve()) == before, f"after {point} of {count}"

    cli(tmp_path, "build-spark")
    dbt_build(tmp_path)
    cli(tmp_path, "compare-engines")
    assert as_readers_see(settings.published.resolve()) != before
