"""Where an engine lands raw files from: which it reads as they lie, and where its copies are."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mackerel_cs.settings import Settings


def _any(path: Path) -> bool:
    return True


@dataclass(frozen=True)
class Landing:
    """`folder` takes copies of what SQL cannot read as it lies, and what was seen.

    `reads` says of a file without damage whether the engine's SQL reads it.
    """

    folder: Path
    reads: Callable[[Path], bool] = _any

    @classmethod
    def of_duckdb(cls, settings: Settings) -> "Landing":
        """DuckDB reads every format."""
        return cls(settings.data / "landing")

    @property
    def empty(self) -> Path:
        """Files without a line, so that no list of files SQL gets is empty."""
        return self.folder / "empty"

    @property
    def repaired(self) -> Path:
        """Copies, as Parquet files of lines."""
        return self.folder / "repaired"

    @property
    def seen(self) -> Path:
        """What earlier looks found."""
        return self.folder / "files.parquet"
