"""What an expectation file is made of."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from great_expectations.expectations.expectation import Expectation

from mackerel_cs.errors import UserError


@dataclass(frozen=True)
class Evidence:
    """A small table measured at a boundary, and what is expected of it.

    `sql` runs in the warehouse (read only) beside the tables that `check.measure` made. `key` names
    the columns that tell a reader which row is meant. Each expectation says in `description` what
    must hold, in `notes` what to do when it does not; of severity critical (the default) it turns
    the check red, of severity warning it is only told.
    """

    name: str
    holds: str
    key: tuple[str, ...]
    sql: str
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True)
class Boundary:
    """A file of `expectations/`: where in the flow it stands guard, and its evidence."""

    name: str
    title: str
    evidence: tuple[Evidence, ...]


def load_boundaries(folder: Path) -> list[Boundary]:
    """Every `BOUNDARY` of the project's expectation files, in the order of the files' names."""
    files = sorted(folder.glob("*.py"))
    if not files:
        raise UserError(
            f"There are no expectations in {folder}.",
            "They belong to the project: restore the folder from version control.",
        )
    return [_load(path) for path in files]


def _load(path: Path) -> Boundary:
    specification = importlib.util.spec_from_file_location(f"expectations_{path.stem}", path)
    if specification is None or specification.loader is None:
        raise UserError(f"{path} is no Python file.", "Restore it from version control.")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    boundary = module.BOUNDARY
    if not isinstance(boundary, Boundary):
        raise TypeError(f"{path}: BOUNDARY is no Boundary")
    return boundary
