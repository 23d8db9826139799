"""Where things lie, and for how long: three environment variables, read in one place."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from mackerel_cs.errors import UserError

_KEPT_BUILDS = "MACKEREL_CS_KEPT_BUILDS"
# With one there is nothing to roll back to, and who has just looked where to read would lose it.
_FEWEST_KEPT_BUILDS = 2


@dataclass(frozen=True)
class Settings:
    """Folders of one installation.

    `raw` holds the raw event log (`MACKEREL_CS_RAW`, default `data/raw`); `data` everything that is
    written (`MACKEREL_CS_DATA`, default `data`). `kept_builds` is how many published builds stay,
    the current one too (`MACKEREL_CS_KEPT_BUILDS`, default 3). `engine` says whose warehouse is
    meant, `duckdb` or `spark`.
    """

    raw: Path
    data: Path
    kept_builds: int = 3
    engine: str = "duckdb"

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the variables; what is not set has its default. UserError for an impossible one."""
        return cls(
            raw=Path(os.environ.get("MACKEREL_CS_RAW", "data/raw")),
            data=Path(os.environ.get("MACKEREL_CS_DATA", "data")),
            kept_builds=_kept_builds(os.environ.get(_KEPT_BUILDS) or "3"),
        )

    def built_by(self, engine: str) -> "Settings":
        """The same installation, where it is about what the engine of this name built."""
        return replace(self, engine=engine)

    @property
    def events(self) -> Path:
        """The append-only files by arrival date."""
        return self.raw / "events"

    @property
    def warehouse(self) -> Path:
        """The build's own DuckDB file, or one of views over Spark's tables; no reader opens it."""
        if self.engine == "spark":
            return self.data / "spark" / "tables.duckdb"
        return self.data / "warehouse.duckdb"

    @property
    def build_command(self) -> str:
        """What makes the warehouse."""
        return "mackerel-cs build-spark" if self.engine == "spark" else "mackerel-cs build"

    @property
    def published(self) -> Path:
        """What people read: swapped in one move after a green build."""
        return self.data / "published"

    @property
    def marts(self) -> Path:
        """The DuckDB file readers open; marts and metrics only."""
        return self.published / "marts.duckdb"

    @property
    def history(self) -> Path:
        """Marts of past days, a folder for each look back; nothing else reads or writes them."""
        return self.data / "history"

    @property
    def truth(self) -> Path:
        """Hidden truth of the simulator: for tests and benchmarks, never for models."""
        return self.data / "truth"

    @property
    def site(self) -> Path:
        """The documentation site."""
        return self.data / "site"

    @property
    def expectations(self) -> Path:
        """Great Expectations results and Data Docs."""
        return self.data / "expectations"


def _kept_builds(given: str) -> int:
    if given.isascii() and given.isdecimal() and int(given) >= _FEWEST_KEPT_BUILDS:
        return int(given)
    raise UserError(
        f"{_KEPT_BUILDS} is {given!r}: so many published builds cannot be kept.",
        f"Use a whole number from {_FEWEST_KEPT_BUILDS} on, or leave it unset for 3. What is "
        "published stays as it is.",
    )
