"""How much of the machine DuckDB may use: three environment variables, read in one place."""

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings

_MEMORY = "MACKEREL_CS_MEMORY_LIMIT"
_THREADS = "MACKEREL_CS_THREADS"
_TEMP = "MACKEREL_CS_TEMP"
_UNTOUCHED = "What is published stays as it was."


@dataclass(frozen=True)
class Engine:
    """Limits of DuckDB: `memory_limit` such as `2GB`, and the folder to which larger sorts go."""

    memory_limit: str
    threads: int
    temp: Path

    @classmethod
    def from_environment(cls, settings: Settings) -> "Engine":
        """Read the variables; what is not set has its default. UserError for an impossible one."""
        return cls(
            memory_limit=_memory_limit(os.environ.get(_MEMORY, "2GB")),
            threads=_threads(os.environ.get(_THREADS, "2")),
            temp=_writable(Path(os.environ.get(_TEMP) or settings.data / "tmp")),
        )

    def connect(
        self, database: Path | str, *, read_only: bool = False
    ) -> duckdb.DuckDBPyConnection:
        """Open a DuckDB file within the limits; every time is UTC."""
        connection = duckdb.connect(
            str(database),
            read_only=read_only,
            config={
                "memory_limit": self.memory_limit,
                "threads": str(self.threads),
                "temp_directory": str(self.temp),
            },
        )
        connection.execute("set timezone = 'UTC'")
        return connection


def _memory_limit(given: str) -> str:
    """As given; only DuckDB knows what it can read and live with."""
    try:
        with duckdb.connect(":memory:", config={"memory_limit": given}) as connection:
            connection.execute("create table probe as select * from range(10000)")
    except duckdb.Error as error:
        raise UserError(
            f"{_MEMORY} is {given!r}: DuckDB cannot work with that.",
            f"Use a size such as 2GB, or leave it unset for that. {_UNTOUCHED}",
        ) from error
    return given


def _threads(given: str) -> int:
    if given.isascii() and given.isdecimal() and int(given) >= 1:
        return int(given)
    raise UserError(
        f"{_THREADS} is {given!r}: that is no number of threads.",
        f"Use a whole number from 1 on, or leave it unset for 2. {_UNTOUCHED}",
    )


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_writable = os.access(folder, os.W_OK | os.X_OK)
        reason = "no right to write there"
    except OSError as error:
        is_writable = False
        reason = error.strerror or str(error)
    if is_writable:
        return folder
    raise UserError(
        f"The folder {folder} for what does not fit into memory cannot be used: {reason}.",
        f"Point {_TEMP} at a folder with space that this user may write. {_UNTOUCHED}",
    )
