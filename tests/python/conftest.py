"""What the tests share: a place of their own, the command line, a small and the whole project."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import daily_project
from mackerel_cs import build as building
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.dbt_run import run_dbt_build
from mackerel_cs.settings import Settings

REPOSITORY = Path(__file__).parents[2]
PAYLOADS = REPOSITORY / "tests" / "fixtures" / "mackerel"
# Within the simulated time of `built_project`.
COLLECTED_AT = "2025-07-01T02:03:05Z"
COLLECTED_ORGANIZATION = "2wpLU5fBXbG"

# Files that take longest, longest first: the last file keeps one worker busy while the other idles.
LONG_FILES = (
    "test_engine_models.py",
    "test_look_back.py",
    "test_equality.py",
    "test_dbt.py",
    "test_check.py",
    "test_engine_macros.py",
    "test_faults.py",
    "test_spark.py",
    "test_daily.py",
    "test_backfill.py",
    "test_bigquery.py",
)

RunCli = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; the Makefile has pytest-xdist keep the order."""
    places = {name: place for place, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def environment(folder: Path) -> dict[str, str]:
    """Variables that keep all that is written inside the folder."""
    return {
        "MACKEREL_CS_RAW": str(folder / "raw"),
        "MACKEREL_CS_DATA": str(folder / "data"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }


def cli(
    folder: Path,
    *words: str,
    project: Path = REPOSITORY,
    stdin: str | bytes = b"",
    is_ok: bool = True,
    **options: object,
) -> "subprocess.CompletedProcess[str]":
    """Run `mackerel-cs` as a user would; its output as text."""
    done = subprocess.run(
        [sys.executable, "-m", "mackerel_cs", *words],
        cwd=project,
        env=os.environ | environment(folder),
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        check=False,
        **options,  # type: ignore[call-overload]
    )
    text = subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )
    if is_ok:
        assert text.returncode == 0, text.stdout + text.stderr
    return text


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation of its own, also by the environment."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    return Settings.from_environment()


@pytest.fixture
def run_cli(tmp_path: Path) -> RunCli:
    """The command line in the test's own installation."""
    return lambda *words, **options: cli(tmp_path, *words, **options)


@pytest.fixture
def built_cli(built_project: Settings) -> RunCli:
    """The command line in the installation of `built_project`: for commands that change nothing."""
    return lambda *words, **options: cli(built_project.data.parent, *words, **options)


@pytest.fixture(scope="session")
def built_project(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Settings:
    """A finished build: 30 simulated organizations over 150 days with disorders, real payloads too.

    Read it, do not write into it: all tests share it, those of other workers too.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "built_project"
    settings = Settings(raw=folder / "raw", data=folder / "data")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker builds, the others wait
        if not settings.marts.exists():
            cli(
                folder,
                "simulate",
                "--organizations",
                "30",
                "--days",
                "150",
                "--start",
                "2025-04-01",
            )
            collect_payloads(folder)
            cli(folder, "build")
    return settings


def collect_payloads(folder: Path) -> None:
    """Bring every real payload in through `collect`: webhooks, API responses, bare objects."""
    examples = PAYLOADS / "api" / "documentation_examples"
    api = ["--org", COLLECTED_ORGANIZATION, "--received-at", COLLECTED_AT]
    webhooks = [PAYLOADS / "webhooks" / "examples.jsonl", *examples.glob("webhook__*.json")]
    webhooks += examples.glob("eventbridge__*.json")
    cli(folder, "collect", *map(str, webhooks), "--received-at", COLLECTED_AT)
    cli(folder, "collect", str(PAYLOADS / "api" / "client_bodies"), *api)
    responses = [path for path in examples.glob("*.json") if "webhook__" not in path.name]
    responses = [path for path in responses if "eventbridge__" not in path.name]
    cli(folder, "collect", *map(str, sorted(responses)), *api)
    # What the monitor examples are as objects: their create and update forms come without wrapper.
    bare = sorted(examples.glob("monitors__create-*.json"))
    cli(folder, "collect", *map(str, bare), *api, "--object", "monitor")


SMALL_PROJECT = {
    "dbt_project.yml": """
name: mackerel_cs
version: "1.0.0"
profile: mackerel_cs
vars: {week_start: monday, broken: "no"}
models:
  mackerel_cs:
    +materialized: table
    landing: {+schema: landing}
    intermediate: {+schema: intermediate}
    marts: {+schema: core, +access: public}
""",
    "macros/names.sql": """
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
{% test primary_key(model, columns) %}
select {{ columns | join(', ') }} from {{ model }} group by all having count(*) > 1
{% endtest %}
""",
    "models/landing/sources.yml": """
sources:
  - {name: raw, schema: raw, config: {meta: {plugin: raw_log}}, tables: [{name: files}]}
""",
    "models/landing/land_files.sql": "select * from {{ source('raw', 'files') }}",
    "models/landing/land_line_outcomes.sql": """
select 'accepted' as outcome, cast(null as varchar) as outcome_reason
from {{ ref('land_files') }}, range(line_count)
""",
    "models/intermediate/int_as_of.sql": """
select date '2026-03-01' as as_of_date, timestamp '2026-03-02 01:02:03' as known_at
""",
    # Stored in any order, so that only publishing can put it in one.
    "models/marts/fct_numbers.sql": """
select a as a_number, b as b_number, 1 as build_number
from range(200) as first (a), range(300) as second (b), {{ ref('land_line_outcomes') }}
order by random()
""",
    "models/marts/fct_more_numbers.sql": "select * from {{ ref('fct_numbers') }}",
    "models/marts/fct_hidden.sql": "select 'secret' as word from {{ ref('int_as_of') }}",
    "tests/not_broken.sql": """
select a_number from {{ ref('fct_numbers') }} where '{{ var("broken") }}' = 'yes'
""",
    "models/marts/models.yml": """
groups: [{name: owners, owner: {name: us}}]
models:
  - name: fct_numbers
    description: It's numbers.
    columns: [{name: a_number, description: The first.}]
    data_tests:
      - primary_key: {arguments: {columns: [a_number, b_number]}}
  - {name: fct_hidden, config: {access: private, group: owners}}
""",
}


@pytest.fixture(scope="session")
def small_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished `dbt build` of a project of a few models: `project`, `raw`, `data`, `target`.

    Copy it (`small`) to do anything with it.
    """
    folder = tmp_path_factory.mktemp("small_build")
    for name, text in SMALL_PROJECT.items():
        path = folder / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copy(REPOSITORY / "profiles.yml", folder / "project")
    cli(folder, "collect", "--received-at", COLLECTED_AT, stdin='{"event":"sample"}')
    with pytest.MonkeyPatch.context() as patch:
        enter(folder, patch)
        run_dbt_build(DbtProject.find(), Settings.from_environment(), {}, full_refresh=False)
    return folder


def enter(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Make the folder's project and installation the current ones."""
    patch.chdir(folder / "project")
    for name, value in environment(folder).items():
        patch.setenv(name, value)


@pytest.fixture
def small(small_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A copy of `small_build`, entered."""
    shutil.copytree(small_build, tmp_path, symlinks=True, dirs_exist_ok=True)
    enter(tmp_path, monkeypatch)
    return Settings.from_environment()


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The expectations know the real project only: here it counts that they were asked."""
    asked: list[str] = []
    monkeypatch.setattr(building, "run_checks", lambda: asked.append("checked"))
    return asked


@pytest.fixture(scope="session")
def daily_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of `daily_project`, built and published once.

    Copy it (`daily`) to do anything with it.
    """
    folder = tmp_path_factory.mktemp("daily_build")
    daily_project.lay_out(folder / "project", REPOSITORY)
    with pytest.MonkeyPatch.context() as patch:
        enter(folder, patch)
        patch.setattr(building, "run_checks", lambda: None)
        settings = Settings.from_environment()
        for received_date, things in daily_project.FIRST_DAYS.items():
            daily_project.deliver(settings, received_date, things)
        building.build()
    return folder


@pytest.fixture
def daily(daily_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A copy of `daily_build`, entered."""
    shutil.copytree(daily_build, tmp_path, symlinks=True, dirs_exist_ok=True)
    enter(tmp_path, monkeypatch)
    return Settings.from_environment()
