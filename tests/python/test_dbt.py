"""The dbt project on its own, as CI of another house would call it."""

import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from conftest import REPOSITORY, environment
from mackerel_cs.settings import Settings


def test_a_plain_dbt_build_is_green_without_a_warning(
    built_project: Settings, tmp_path: Path
) -> None:
    done = subprocess.run(
        [
            Path(sys.executable).with_name("dbt"),
            *("--warn-error", "--log-level", "warn", "build", "--no-partial-parse"),
        ],
        cwd=REPOSITORY,
        env=os.environ | environment(tmp_path) | {"MACKEREL_CS_RAW": str(built_project.raw)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "data" / "warehouse.duckdb").exists()


def test_what_cannot_be_set_twice_is_set_when_the_file_is_opened() -> None:
    """dbt-duckdb sets `settings` on every cursor; after a first spill DuckDB refuses these."""
    profile = yaml.safe_load((REPOSITORY / "profiles.yml").read_text("utf-8"))
    for name, target in profile["mackerel_cs"]["outputs"].items():
        once = {"temp_directory", "memory_limit", "threads"}
        assert once.isdisjoint(target.get("settings", {})), name


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """The project, parsed once: dbt parses it anew for each choice of vars."""
    folder = tmp_path_factory.mktemp("parsed")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(folder).items():
            patch.setenv(name, value)
        words = ["parse", "--no-partial-parse", "--project-dir", str(REPOSITORY)]
        return dbtRunner().invoke([*words, "--profiles-dir", str(REPOSITORY)]).result


@pytest.mark.parametrize(
    "variables",
    [
        "{week_start: funday}",
        "{as_of_date: 9999-12-31}",
        "{as_of_date: 0001-01-01}",
        "{known_at: yesterday}",
        "{business_timezone: Asia/Edo}",
        "{fiscal_year_start_month: 13}",
    ],
)
def test_a_var_nobody_can_mean_stops_plain_dbt_with_what_to_do(
    parsed: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: str
) -> None:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    told: list[str] = []
    runner = dbtRunner(
        manifest=deepcopy(parsed), callbacks=[lambda event: told.append(event.info.msg)]
    )
    folders = ["--project-dir", str(REPOSITORY), "--profiles-dir", str(REPOSITORY)]
    done = runner.invoke(["run", "--select", "int_as_of", "--vars", variables, *folders])
    assert not done.success
    name = variables[1:].split(":", maxsplit=1)[0]
    error = next(text for text in told if f"var {name} is '" in text)
    assert "use " in error
