"""Which models people read, and what publishing has to know of each."""

from dataclasses import dataclass
from typing import Any

from mackerel_cs.publish.sql import quoted, text

_PUBLISHED_FOLDERS = ("marts/", "metrics/")
_PUBLISHED_ACCESS = frozenset({"public", "protected"})


@dataclass(frozen=True)
class Scope:
    """What dbt recomputed of a model: rows of the `keys` that the relation lists."""

    keys: tuple[str, ...]
    relation: str


@dataclass(frozen=True)
class Model:
    """A model people read.

    `strategy` is how dbt recomputes a part of it (none: it is made anew each time), `date_column`
    the date by which its rows lie, `scope` the keys of which the part consists and where they are
    listed.
    """

    schema: str
    name: str
    key: tuple[str, ...]
    description: str
    columns: dict[str, str]
    checksum: str = ""
    version: str | None = None
    strategy: str | None = None
    date_column: str | None = None
    scope: Scope | None = None

    @property
    def relation(self) -> str:
        """Quoted name inside a database."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    @property
    def month(self) -> str:
        """SQL: first day of the month of a row's date; for models with a date column only."""
        return f"cast(date_trunc('month', {quoted(self.date_column or '')}) as date)"

    def in_month(self, month: str) -> str:
        """SQL: whether a row's date is in the month, spelled so that other months are skipped."""
        first = f"date {text(month)}"
        return f"{quoted(self.date_column or '')} between {first} and last_day({first})"

    @property
    def order(self) -> str:
        """SQL: the columns rows lie in the order of.

        The date comes first, so that a new day's rows follow the old ones; then the key.
        """
        dates = (self.date_column,) if self.date_column else ()
        rest = (name for name in self.key if name not in dates)
        return ", ".join(quoted(name) for name in (*dates, *rest)) or "all"


def published_models(manifest: dict[str, Any]) -> list[Model]:
    """Models people read, in the order of their names."""
    found = [
        _model(node, manifest)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["config"]["materialized"] != "ephemeral"
        and node["path"].startswith(_PUBLISHED_FOLDERS)
        and node["access"] in _PUBLISHED_ACCESS
    ]
    return sorted(found, key=lambda model: (model.schema, model.name))


def _model(node: dict[str, Any], manifest: dict[str, Any]) -> Model:
    config, key = node["config"], _key(node, manifest)
    meta = config.get("meta") or {}
    date_column, strategy = meta.get("date_column"), config.get("incremental_strategy")
    scope = Scope(tuple(meta["keys"]), meta["scope"]) if strategy == "touched_keys" else None
    # Rows are told apart by their key, and a month is found by its date: without, all is copied.
    is_partly_recomputed = (
        config["materialized"] == "incremental"
        and date_column is not None
        and (date_column in key or scope is not None)
    )
    return Model(
        schema=node["schema"],
        name=node["alias"],
        key=key,
        description=node["description"],
        columns={name: column["description"] for name, column in node["columns"].items()},
        checksum=node["checksum"]["checksum"],
        version=None if node.get("version") is None else str(node["version"]),
        strategy=strategy if is_partly_recomputed else None,
        date_column=date_column if is_partly_recomputed else None,
        scope=scope if is_partly_recomputed else None,
    )


def _key(node: dict[str, Any], manifest: dict[str, Any]) -> tuple[str, ...]:
    """The primary key the contract or the primary-key test names; none when neither does."""
    for constraint in node.get("constraints", []):
        if constraint["type"] == "primary_key":
            return tuple(constraint["columns"])
    for name, column in node["columns"].items():
        if any(rule["type"] == "primary_key" for rule in column.get("constraints", [])):
            return (name,)
    for test in manifest["nodes"].values():
        if test["resource_type"] == "test" and test.get("attached_node") == node["unique_id"]:
            metadata = test.get("test_metadata") or {}
            if metadata.get("name") == "primary_key":
                return tuple(metadata["kwargs"].get("columns", ()))
    return ()
