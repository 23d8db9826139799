"""The command line as users and scripts meet it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import REPOSITORY, RunCli, environment
from mackerel_cs.cli import COMMANDS
from mackerel_cs.errors import UserError
from mackerel_cs.lock import exclusive
from mackerel_cs.settings import Settings
from mackerel_cs.variables import dbt_vars


def test_the_overview_names_every_command(run_cli: RunCli) -> None:
    for words in (["--help"], ["-h"]):
        said = run_cli(*words).stdout
        for name, (_, line) in COMMANDS.items():
            assert re.search(rf"\n  {name} +{line[:30]}", said)
        assert "Examples" in said
        assert "MACKEREL_CS_RAW" in said


def test_no_words_at_all_show_the_overview(run_cli: RunCli) -> None:
    done = run_cli(is_ok=False)
    assert done.returncode == 2
    assert "Commands" in done.stdout + done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(run_cli: RunCli, name: str) -> None:
    said = run_cli(name, "--help").stdout
    assert "Example" in said
    assert f"mackerel-cs {name}" in said


def test_help_and_usage_errors_import_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from mackerel_cs.cli import main\n"
        "sys.argv[1:] = ['--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('HEAVY', sorted({'dbt', 'duckdb', 'pyarrow', 'numpy', 'polars', 'pandas',"
        " 'great_expectations'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("HEAVY []\n")


def test_the_installed_script_is_the_same(run_cli: RunCli) -> None:
    script = Path(sys.executable).with_name("mackerel-cs")
    done = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)
    assert done.stdout == run_cli("--help").stdout


@pytest.mark.parametrize(
    "words", [["nothing"], ["build", "--nothing"], ["build", "word"], ["--nothing", "build"]]
)
def test_wrong_words_are_a_usage_error(run_cli: RunCli, words: list[str]) -> None:
    done = run_cli(*words, is_ok=False)
    assert done.returncode == 2
    assert "Usage" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_log_says_what_to_do(run_cli: RunCli) -> None:
    done = run_cli("build", is_ok=False)
    assert done.returncode == 2
    assert "error: There is no raw event log at" in done.stderr
    assert "mackerel-cs simulate" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_log_says_what_to_do(run_cli: RunCli, settings: Settings) -> None:
    (settings.events / "received_date=2026-03-01").mkdir(parents=True)
    done = run_cli("build", is_ok=False)
    assert done.returncode == 2
    assert "holds no event files" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["look-back", "--as-of", "2026-02-30"],
        ["look-back", "--as-of", "01.02.2026"],
        ["look-back", "--as-of", "2026-02-28", "--known-at", "2026-03-01"],
        ["build", "--vars", "{week_start: funday}"],
        ["build", "--vars", "{business_timezone: Tokyo}"],
        ["build", "--vars", "not an object"],
        ["build", "--vars", "{backfill: {from_date: 2026-01-01}}"],
    ],
)
def test_a_var_that_cannot_be_is_told_before_anything_starts(
    run_cli: RunCli, settings: Settings, words: list[str]
) -> None:
    done = run_cli(*words, is_ok=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "Use " in done.stderr or "Write it like" in done.stderr
    assert not settings.data.exists()


def test_a_second_build_does_not_start(run_cli: RunCli, settings: Settings) -> None:
    with exclusive(settings.data):
        for name in ("build", "publish"):
            done = run_cli(name, is_ok=False)
            assert done.returncode == 3
            assert "Another build" in done.stderr


def test_builds_that_share_dbts_target_do_not_meet(
    run_cli: RunCli, settings: Settings, tmp_path: Path
) -> None:
    with exclusive(tmp_path / "target"):
        assert run_cli("build", is_ok=False).returncode == 3


def test_the_lock_goes_with_its_process(run_cli: RunCli, settings: Settings) -> None:
    hold = (
        "import pathlib, sys, time\n"
        "from mackerel_cs.lock import exclusive\n"
        "with exclusive(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", hold, str(settings.data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert run_cli("build", is_ok=False).returncode == 3
        holder.kill()
    assert "no raw event log" in run_cli("build", is_ok=False).stderr


def broken_command(tmp_path: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    code = (
        "import sys\n"
        "from mackerel_cs import build, cli\n"
        "def build_broken():\n    raise RuntimeError('the boiler burst')\n"
        "build.build = build_broken\n"
        "cli.main()\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        env=os.environ | environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_defect_is_one_line_and_a_place_to_look(tmp_path: Path) -> None:
    done = broken_command(tmp_path, "build")
    assert done.returncode == 70
    assert "the boiler burst" in done.stderr
    assert "Traceback" not in done.stderr
    trace = tmp_path / "data" / "logs" / "mackerel-cs-defect.log"
    assert str(trace) in done.stderr
    assert "Traceback" in trace.read_text("utf-8")
    debugged = broken_command(tmp_path, "--debug", "build")
    assert "Traceback" in debugged.stderr
    assert debugged.returncode != 0


def test_output_to_a_pipe_is_plain(run_cli: RunCli) -> None:
    done = run_cli("collect", "--received-at", "2026-03-01T00:00:00Z", stdin='{"event":"sample"}')
    assert "\x1b" not in done.stdout + done.stderr
    assert all(len(line) < 1000 for line in done.stdout.splitlines())
    assert re.search(r"1 events written to \S+\.jsonl\n", done.stdout)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder other users may use: pytest's own are closed to them."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


NOBODY = (
    "import os, sys\n"
    "import mackerel_cs.build, mackerel_cs.collect.command, mackerel_cs.cli\n"
    "import rich._unicode_data, encodings.idna\n"
    "os.umask(0)\n"
    "if os.geteuid() == 0:\n    os.setegid(65534); os.seteuid(65534)\n"
    "mackerel_cs.cli.main()\n"
)


def as_nobody(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command without root's right to read everything."""
    return subprocess.run(
        [sys.executable, "-c", NOBODY, *words],
        cwd=REPOSITORY,
        env=os.environ | environment(folder),
        input='{"event":"sample"}',
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_log_without_rights_says_what_to_do(open_folder: Path) -> None:
    day = open_folder / "raw" / "events" / "received_date=2026-03-01"
    day.mkdir(parents=True)
    (day / "a.jsonl").write_bytes(b"{}\n")
    day.chmod(0)
    done = as_nobody(open_folder, "build")
    assert done.returncode == 2, done.stderr
    assert "No right to read the raw event log folder" in done.stderr
    day.chmod(0o755)
    (day / "a.jsonl").chmod(0)
    done = as_nobody(open_folder, "build")
    assert done.returncode == 2, done.stderr
    assert "a.jsonl" in done.stderr
    assert "right to read" in done.stderr


@pytest.mark.parametrize("name", ["raw", "data"])
def test_a_folder_that_cannot_be_written_says_what_to_do(open_folder: Path, name: str) -> None:
    (open_folder / name).mkdir(mode=0o555)
    done = as_nobody(open_folder, "collect" if name == "raw" else "build")
    assert done.returncode == 2, done.stderr
    assert "cannot be written" in done.stderr
    assert f"MACKEREL_CS_{name.upper()}" in done.stderr


def test_the_overview_is_quick() -> None:
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "mackerel_cs", "--help"], capture_output=True, check=True)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, {}),
        ("{}", {}),
        ('{"week_start": "sunday"}', {"week_start": "sunday"}),
        ("as_of_date: 2026-03-31", {"as_of_date": "2026-03-31"}),
        ("known_at: 2026-03-31T15:00:00+09:00", {"known_at": "2026-03-31T06:00:00Z"}),
        ("{known_at: '', as_of_date: ''}", {"known_at": "", "as_of_date": ""}),
        ("{fiscal_year_start_month: 1, other: [1]}", {"fiscal_year_start_month": 1, "other": [1]}),
    ],
)
def test_vars_that_can_be(text: str | None, expected: dict[str, object]) -> None:
    assert dbt_vars(text, None, None) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{as_of_date: 20260331}",
        "{as_of_date: 2026-3-31}",
        "{as_of_date: 2026-02-31}",
        "{known_at: 2026-13-45T00:00:00Z}",
        "{known_at: 2026-03-31}",
        "{known_at: '2026-03-31T15:00:00'}",
        "{known_at: '2026-03-31T15:00:00.5Z'}",
        "{week_start: 1}",
        "{week_start: null}",
        "{business_timezone: [Asia/Tokyo]}",
        "{fiscal_year_start_month: 13}",
        "{fiscal_year_start_month: true}",
        "{fiscal_year_start_month: '4'}",
        "{1: 2}",
        "[1]",
        "{unclosed",
    ],
)
def test_vars_that_cannot_be(text: str) -> None:
    with pytest.raises(UserError):
        dbt_vars(text, None, None)


def test_a_var_twice_is_told() -> None:
    with pytest.raises(UserError, match="both set as_of_date"):
        dbt_vars("{as_of_date: 2026-03-31}", "2026-03-30", None)
