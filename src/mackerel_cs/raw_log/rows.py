"""One row of the table of raw files."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

SCHEMA = pa.schema(
    [
        ("file_path", pa.string()),
        ("read_path", pa.string()),
        ("received_date", pa.date32()),
        ("file_format", pa.string()),
        ("read_route", pa.string()),
        ("size_bytes", pa.int64()),
        ("content_sha256", pa.string()),
        ("line_count", pa.int64()),
        ("file_problem", pa.string()),
    ]
)


@dataclass(frozen=True)
class RawFile:
    """One row of the table."""

    file_path: str
    read_path: str
    received_date: date | None
    file_format: str
    read_route: str
    size_bytes: int
    content_sha256: str | None
    line_count: int
    file_problem: str | None
