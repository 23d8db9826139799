"""What decides a build besides the raw log and the vars: the project's own files."""

import hashlib
from pathlib import Path

import mackerel_cs.raw_log

_READER = Path(mackerel_cs.raw_log.__file__).parent
_DECIDING = ("models/**/*.sql", "models/**/*.yml", "macros/**/*.sql", "seeds/**/*.csv")


def project_fingerprint(project: Path) -> str:
    """Hash of the models, macros and seeds of the dbt project, and of the look at the raw log."""
    deciding = {"dbt_project.yml": project / "dbt_project.yml"}
    for pattern in _DECIDING:
        deciding |= {path.relative_to(project).as_posix(): path for path in project.glob(pattern)}
    deciding |= {f"raw_log/{path.name}": path for path in _READER.glob("*.py")}
    told = hashlib.sha256()
    for name, path in sorted(deciding.items()):
        told.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()
