"""Publishing that is killed, runs out of disk, or may not write: old or new, and always whole."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from daily_marts import DailyMarts, build_in, points

SHORT_KILLS = 5
LONG_KILLS = 60
# Imported first, so that what is killed or limited is publishing and not Python's start.
PUBLISH = """
import os, resource, signal, sys
from pathlib import Path
from daily_marts import DailyMarts
import mackerel_cs.publish, encodings.idna, rich._unicode_data
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings
folder, limit, is_nobody = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "nobody"
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
if is_nobody and os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
run = DbtProject(folder / "project").last_run()
print("ready", flush=True)
sys.stdin.readline()
try:
    mackerel_cs.publish.publish_build(run, Settings(folder / "raw", folder / "data"))
except UserError as error:
    print(error, flush=True)
    os._exit(error.exit_code)
print("published", flush=True)
os._exit(0)
"""


def publisher(folder: Path, *, limit: int = 0, user: str = "myself") -> "subprocess.Popen[str]":
    """A process that publishes once it is sent a line; `limit` is the largest file it may write."""
    process = subprocess.Popen(
        [sys.executable, "-c", PUBLISH, folder, str(limit), user],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def current(daily: DailyMarts) -> int:
    return build_in(daily.settings.published / "current")


def assert_tidy(daily: DailyMarts) -> None:
    """Nothing lies in the folder but builds, and not more of them than are kept."""
    builds = list((daily.settings.published / "builds").iterdir())
    assert len(builds) <= daily.settings.kept_builds
    assert all(path.name[:6].isdigit() for path in builds)
    assert all(len(list(path.rglob("*.parts"))) == 0 for path in builds)
    names = {path.name for path in daily.settings.published.iterdir()}
    assert names == {"builds", "current", "manifest.json", "marts.duckdb", "parquet"}


def kill_publications(daily: DailyMarts, folder: Path, count: int) -> set[bool]:
    """Kill so many at moments of their own; whether each had published when it died."""
    daily.build()
    daily.publish()
    daily.build()
    started = time.monotonic()
    daily.publish()
    duration = time.monotonic() - started
    outcomes = set()
    for point in points(seed=7, count=count):
        before = current(daily)
        daily.build()
        with publisher(folder) as process:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
            # Beyond its end too: beside other work a publication takes longer.
            time.sleep(2 * duration * point)
            process.send_signal(signal.SIGKILL)
        found = current(daily)
        assert found in (before, daily.number)
        outcomes.add(found == daily.number)
        daily.publish()
        assert current(daily) == daily.number
        assert_tidy(daily)
    return outcomes


def test_a_killed_publication_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    kill_publications(DailyMarts(tmp_path), tmp_path, SHORT_KILLS)


@pytest.mark.long
def test_many_killed_publications_leave_the_old_or_the_new(tmp_path: Path) -> None:
    outcomes = kill_publications(DailyMarts(tmp_path), tmp_path, LONG_KILLS)
    assert outcomes == {False, True}  # the moments were spread over the whole publication


# Dies where publishing calls the function with a path of that name.
KILL_AT = """
import pathlib, shutil
def dying(path, *_, **__):
    if path.name.startswith({name!r}):
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(path, *_, **__)
owner, step = {owner}, {step!r}
whole = getattr(owner, step)
setattr(owner, step, dying)
"""


@pytest.mark.parametrize(
    ("owner", "step", "name"),
    [
        ("pathlib.Path", "mkdir", ".staging"),
        ("pathlib.Path", "unlink", "2026"),  # a month that has been joined
        ("pathlib.Path", "rename", ".staging"),
        ("pathlib.Path", "symlink_to", ".current"),
        ("pathlib.Path", "replace", ".current"),
        ("shutil", "rmtree", ".gone-000001"),  # moved in, an old one not yet removed
    ],
)
def test_killed_at_each_step(tmp_path: Path, owner: str, step: str, name: str) -> None:
    daily = DailyMarts(tmp_path)
    for _ in range(daily.settings.kept_builds):
        daily.build()
        daily.publish()
    before = current(daily)
    daily.build()
    code = PUBLISH.replace("try:\n", KILL_AT.format(owner=owner, step=step, name=name) + "try:\n")
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path, "0", "myself"],
        input="\n",
        text=True,
        check=False,
        cwd=Path(__file__).parent,
        stdout=subprocess.DEVNULL,
    )
    assert done.returncode == -signal.SIGKILL
    assert current(daily) == (daily.number if step == "rmtree" else before)
    daily.publish()
    assert current(daily) == daily.number
    assert_tidy(daily)


@pytest.mark.parametrize("limit", [1, 5_000, 300_000])
def test_a_full_disk_leaves_what_was_published(tmp_path: Path, limit: int) -> None:
    daily = DailyMarts(tmp_path)
    daily.build()
    daily.publish()
    daily.build()
    with publisher(tmp_path, limit=limit) as process:
        said, _ = process.communicate("\n")
    assert process.returncode == 1
    assert "could not be published" in said
    assert "still there, whole" in said
    assert current(daily) == 1
    assert_tidy(daily)
    daily.publish()
    assert current(daily) == 2


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder other users may use: pytest's own are closed to them."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def test_a_folder_that_may_not_be_written_leaves_what_was_published(open_folder: Path) -> None:
    daily = DailyMarts(open_folder)
    daily.build()
    daily.publish()
    daily.build()
    for folder in (daily.settings.published / "builds", daily.settings.published):
        folder.chmod(0o555)
    for folder, _, _ in os.walk(daily.settings.data):
        Path(folder).chmod(0o755)
    with publisher(open_folder, user="nobody") as process:
        said, _ = process.communicate("\n")
    assert process.returncode == 1
    assert "Permission denied" in said
    assert "check the rights" in said
    assert current(daily) == 1
    daily.publish()
    assert current(daily) == 2
