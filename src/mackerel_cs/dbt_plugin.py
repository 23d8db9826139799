"""dbt-duckdb plugin: the table of raw files as the source `raw.files`."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import SourceConfig
from dbt_common.invocation import get_invocation_id

from mackerel_cs import raw_log
from mackerel_cs.fingerprint import guards_fingerprint, project_fingerprint
from mackerel_cs.settings import Settings
from mackerel_cs.warehouse import WAREHOUSE_FORMAT


class Plugin(BasePlugin):
    """Hands dbt one look at the raw log, the same to every model of an invocation.

    With `offline: true` in the profile (for linting) it touches no disk and the table is empty.
    """

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Read the profile's configuration."""
        self._is_offline = bool(plugin_config.get("offline", False))
        self._seen: tuple[str, pa.Table] | None = None
        self._variables: dict[str, str | int] = {
            "project_fingerprint": project_fingerprint(Path.cwd()),
            "guards_fingerprint": guards_fingerprint(Path.cwd()),
            "warehouse_format": WAREHOUSE_FORMAT,
        }

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """Make the warehouse's folder: DuckDB makes the file but not the folder."""
        if not self._is_offline:
            Path(creds.path).parent.mkdir(parents=True, exist_ok=True)

    def configure_cursor(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Tell SQL which project this is: a build of another one cannot be gone on from."""
        for name, value in self._variables.items():
            cursor.execute(f"set variable {name} = {value!r}")

    def load(self, source_config: SourceConfig) -> pa.Table:
        """Return the raw files; UserError when good lines would be missing."""
        if self._is_offline:
            return raw_log.SCHEMA.empty_table()
        invocation = get_invocation_id()
        if self._seen is None or self._seen[0] != invocation:
            files = raw_log.inspect(Settings.from_environment())
            raw_log.require_readable(files)
            self._seen = (invocation, files)
        return self._seen[1]
