"""The dbt project on its own, as CI of another house would call it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

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
    tmp_path: Path, variables: str
) -> None:
    done = subprocess.run(
        [
            Path(sys.executable).with_name("dbt"),
            *("--log-level", "error", "run", "--select", "int_as_of", "--vars", variables),
        ],
        cwd=REPOSITORY,
        env=os.environ | environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    name = variables[1:].split(":", maxsplit=1)[0]
    assert f"var {name} is '" in done.stdout
    assert "use " in done.stdout
