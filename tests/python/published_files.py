"""What a reader can see of a publication."""

from pathlib import Path
from typing import Any

import duckdb

TABLES = """
select table_schema, table_name, column_name, data_type, ordinal_position
from information_schema.columns order by all
"""
COMMENTS = """
select schema_name, table_name, null as column_name, comment from duckdb_tables()
union all
select schema_name, table_name, column_name, comment from duckdb_columns() order by all
"""


def as_readers_see(folder: Path) -> dict[str, Any]:
    """Columns with their types, comments, and every byte of the Parquet files, by relative name."""
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as marts:
        columns = marts.execute(TABLES).fetchall()
        comments = marts.execute(COMMENTS).fetchall()
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.glob("parquet/*/*"))
    }
    return {"columns": columns, "comments": comments, **files}
