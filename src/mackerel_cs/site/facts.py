"""What the start page tells: the numbers of the last build, and the marts with their questions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from mackerel_cs.check.outcome import Outcome, outcome_of
from mackerel_cs.dbt_project import LastRun
from mackerel_cs.errors import UserError
from mackerel_cs.publish import published_models
from mackerel_cs.settings import Settings


@dataclass(frozen=True)
class Mart:
    """A mart as a reader meets it."""

    schema: str
    name: str
    unique_id: str
    summary: str
    grain: str
    owner: str
    questions: tuple[str, ...]
    row_count: int


@dataclass(frozen=True)
class Facts:
    """The last build in numbers."""

    as_of_date: str
    build_id: str | None
    lines: Mapping[str, int]
    model_count: int
    test_count: int
    checks: Outcome | None
    marts: tuple[Mart, ...]

    @property
    def line_count(self) -> int:
        """All lines read."""
        return sum(self.lines.values())

    @property
    def schemas(self) -> tuple[str, ...]:
        """The marts' schemas in alphabetical order, core first: the others build on it."""
        return tuple(sorted({mart.schema for mart in self.marts}, key=lambda n: (n != "core", n)))


def read_facts(last_run: LastRun, settings: Settings) -> Facts:
    """From the warehouse and dbt's manifest; UserError where the warehouse is no whole build."""
    manifest = last_run.manifest
    nodes = {
        (node["schema"], node["alias"]): node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    owners = {group["name"]: group["owner"]["name"] for group in manifest["groups"].values()}
    try:
        with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
            as_of_date = connection.execute(
                "select as_of_date from intermediate.int_as_of"
            ).fetchall()[0][0]
            lines = dict(
                connection.execute(
                    "select outcome, count(*) from landing.land_line_outcomes group by outcome"
                ).fetchall()
            )
            marts = tuple(
                _mart(
                    nodes[model.schema, model.name],
                    owners,
                    connection.execute(f"select count(*) from {model.relation}").fetchall()[0][0],
                )
                for model in published_models(manifest)
            )
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise UserError(
            f"The warehouse is not a whole build: {str(error).splitlines()[0]}",
            "Run `mackerel-cs build`: it builds what is missing.",
        ) from error
    return Facts(
        as_of_date=str(as_of_date),
        build_id=_build_id(settings),
        lines={name: lines.get(name, 0) for name in ("accepted", "duplicate", "quarantined")},
        model_count=len(nodes),
        test_count=len(manifest.get("unit_tests", {}))
        + sum(node["resource_type"] == "test" for node in manifest["nodes"].values()),
        checks=outcome_of(settings, last_run),
        marts=marts,
    )


def _mart(node: dict[str, Any], owners: Mapping[str, str], row_count: int) -> Mart:
    meta = node["config"].get("meta") or {}
    return Mart(
        schema=node["schema"],
        name=node["alias"],
        unique_id=node["unique_id"],
        summary=_first_sentence(node["description"]),
        grain=str(meta.get("grain", "")),
        owner=owners.get(node["group"] or "", str(meta.get("owner", ""))),
        questions=tuple(meta.get("questions", ())),
        row_count=row_count,
    )


def _first_sentence(description: str) -> str:
    text = " ".join(description.replace("`", "").split())
    head, dot, _ = text.partition(". ")
    return head + dot.strip()


def _build_id(settings: Settings) -> str | None:
    """The id under which the last build was published; none where none was."""
    try:
        return str(
            json.loads((settings.published / "manifest.json").read_text("utf-8"))["build_id"]
        )
    except (OSError, ValueError, KeyError):
        return None
