"""What decides a build besides the raw log: the project's own files, the vars, the engine.

macros/incremental/build_record.sql computes the same in SQL; a test holds both together.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

import mackerel_cs.raw_log

_READER = Path(mackerel_cs.raw_log.__file__).parent
_DECIDING = ("models/**/*.sql", "models/**/*.yml", "macros/**/*.sql", "seeds/**/*.csv")
_GUARDS = ("tests/data/**/*.sql", "tests/generic/**/*.sql", "expectations/*.py")
# Says what this run computes again, not what comes out.
_NOT_DECIDING = "backfill"


@dataclass(frozen=True)
class Fingerprint:
    """By what a build is made, and by what it is judged (`guards`)."""

    project: str
    engine_version: str
    given_vars: str
    guards: str

    @property
    def build(self) -> str:
        """Of all that decides what a build holds."""
        parts = (self.project, self.engine_version, self.given_vars)
        return hashlib.md5("|".join(parts).encode(), usedforsecurity=False).hexdigest()


def fingerprint(project: Path, given: dict[str, Any]) -> Fingerprint:
    """The fingerprint of a build of the dbt project with the given vars."""
    return Fingerprint(
        project=project_fingerprint(project),
        engine_version=f"v{duckdb.__version__}",
        given_vars=_told(project, given),
        guards=guards_fingerprint(project),
    )


def project_fingerprint(project: Path) -> str:
    """Hash of the models, macros and seeds of the dbt project, and of the look at the raw log."""
    deciding = {"dbt_project.yml": project / "dbt_project.yml"}
    deciding |= _files(project, _DECIDING)
    deciding |= {f"raw_log/{path.name}": path for path in _READER.glob("*.py")}
    return _hash(deciding)


def guards_fingerprint(project: Path) -> str:
    """Hash of the data tests and expectations: they decide whether a build is good."""
    return _hash(_files(project, _GUARDS))


def deciding_vars(project: Path) -> list[str]:
    """Names of the project's vars that decide what a build holds, sorted."""
    return sorted(_vars(project).keys() - {_NOT_DECIDING})


def _vars(project: Path) -> dict[str, Any]:
    content = yaml.safe_load((project / "dbt_project.yml").read_text("utf-8"))
    found: dict[str, Any] = content.get("vars") or {}
    return found


def _told(project: Path, given: dict[str, Any]) -> str:
    values = _vars(project) | given
    return "; ".join(f"{name}={values[name]}" for name in deciding_vars(project))


def _files(project: Path, patterns: tuple[str, ...]) -> dict[str, Path]:
    return {
        path.relative_to(project).as_posix(): path
        for pattern in patterns
        for path in project.glob(pattern)
    }


def _hash(files: dict[str, Path]) -> str:
    told = hashlib.sha256()
    for name, path in sorted(files.items()):
        told.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()
