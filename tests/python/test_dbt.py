"""The dbt project on its own, as CI of another house would call it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

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


IMPOSSIBLE = [
    "{week_start: funday}",
    "{as_of_date: 9999-12-31}",
    "{as_of_date: 0001-01-01}",
    "{known_at: yesterday}",
    "{business_timezone: Asia/Edo}",
    "{fiscal_year_start_month: 13}",
]
# Parsed once: dbt on its own parses the project anew for each choice of vars. In a process of its
# own: dbt leaves adapters behind that a later test in this one would meet.
TRY_VARS = """
import json, sys
from copy import deepcopy
from dbt.cli.main import dbtRunner

quiet = ["--log-level", "none"]
parsed = dbtRunner().invoke([*quiet, "parse"]).result
answers = []
for variables in sys.argv[1:]:
    told = []
    runner = dbtRunner(deepcopy(parsed), callbacks=[lambda event: told.append(event.info.msg)])
    done = runner.invoke([*quiet, "run", "--select", "int_as_of", "--vars", variables])
    answers.append({"is_green": done.success, "told": told})
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What `dbt run` says to each of these vars."""
    done = subprocess.run(
        [sys.executable, "-c", TRY_VARS, *IMPOSSIBLE],
        cwd=REPOSITORY,
        env=os.environ | environment(tmp_path_factory.mktemp("vars")),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(IMPOSSIBLE, json.loads(done.stdout.splitlines()[-1]), strict=True))


@pytest.mark.parametrize("variables", IMPOSSIBLE)
def test_a_var_nobody_can_mean_stops_plain_dbt_with_what_to_do(
    answers: dict[str, dict[str, Any]], variables: str
) -> None:
    assert not answers[variables]["is_green"]
    name = variables[1:].split(":", maxsplit=1)[0]
    error = next(text for text in answers[variables]["told"] if f"var {name} is '" in text)
    assert "use " in error
