"""Where things lie: two environment variables, read in one place."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Folders of one installation.

    `raw` holds the raw event log (`MACKEREL_CS_RAW`, default `data/raw`); `data` everything that is
    written (`MACKEREL_CS_DATA`, default `data`).
    """

    raw: Path
    data: Path

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the two variables; what is not set has its default."""
        return cls(
            raw=Path(os.environ.get("MACKEREL_CS_RAW", "data/raw")),
            data=Path(os.environ.get("MACKEREL_CS_DATA", "data")),
        )

    @property
    def events(self) -> Path:
        """The append-only files by arrival date."""
        return self.raw / "events"

    @property
    def warehouse(self) -> Path:
        """The build's own DuckDB file; no reader opens it."""
        return self.data / "warehouse.duckdb"

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
