"""The dbt plugin: one look an invocation, none at all for linting."""

from types import SimpleNamespace

import pyarrow as pa
import pytest

from mackerel_cs import dbt_plugin, raw_log
from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings
from test_raw_log import put


def plugin(**config: object) -> dbt_plugin.Plugin:
    return dbt_plugin.Plugin(name="raw_log", plugin_config=config)


def test_linting_touches_no_disk(settings: Settings) -> None:
    table = plugin(offline=True).load(SimpleNamespace())
    assert table.equals(raw_log.SCHEMA.empty_table())
    assert not settings.data.exists()


def test_an_invocation_looks_once_and_the_next_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, "a.jsonl", b"{}\n")
    invocations = iter(["first", "first", "second"])
    monkeypatch.setattr(dbt_plugin, "get_invocation_id", lambda: next(invocations))
    source = plugin()
    first: pa.Table = source.load(SimpleNamespace())
    put(settings, "b.jsonl", b"{}\n")
    assert source.load(SimpleNamespace()) is first
    assert source.load(SimpleNamespace()).num_rows == 2


def test_a_plain_dbt_build_stops_too_where_lines_would_be_missing(settings: Settings) -> None:
    put(settings, "a.jsonl.gz", b"no gzip")
    with pytest.raises(UserError, match=r"a\.jsonl\.gz"):
        plugin().load(SimpleNamespace())


def test_the_warehouse_folder_is_made(settings: Settings) -> None:
    plugin().update_connection_config(SimpleNamespace(path=str(settings.warehouse)), {})
    assert settings.data.is_dir()
