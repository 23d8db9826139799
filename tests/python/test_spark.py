"""What `build-spark` says where it cannot work."""

from pathlib import Path

import pytest

from conftest import REPOSITORY
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings


def test_without_java_it_says_what_to_install(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mackerel_cs.spark.session import start_session  # noqa: PLC0415

    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UserError, match="Spark needs Java\\. JAVA_HOME is"):
        start_session(settings)
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="It is not on PATH"):
        start_session(settings)


@pytest.mark.parametrize("told", ['openjdk version "25.0.1" 2025-10-21', "no Java at all"])
def test_another_java_is_named(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    from mackerel_cs.spark.session import start_session  # noqa: PLC0415

    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{told}' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UserError, match="runs on Java 8, 11 and 17"):
        start_session(settings)


def test_an_odd_folder_is_refused(settings: Settings) -> None:
    from mackerel_cs.spark.build import run_dbt  # noqa: PLC0415

    odd = Settings(settings.raw, settings.data / "a b")
    with pytest.raises(UserError, match="characters in its path"):
        run_dbt(DbtProject(REPOSITORY), odd, ["parse"])
