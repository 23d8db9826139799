"""The project's own rules, asked of the manifest: each answers with the nodes that break it."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]
Node = dict[str, Any]
Manifest = dict[str, Any]

LAYERS = ("landing", "staging", "intermediate", "marts")
# What each layer may read besides itself and the seeds.
READS = {
    "landing": {"source"},
    "staging": {"landing"},
    "intermediate": {"landing", "staging"},
    "marts": {"intermediate"},
}
# Spellings that only one engine knows; what differs belongs into macros/engine.
DIALECT = re.compile(
    r"::|\bqualify\b|\bexclude\s*\(|\bgroup\s+by\s+all\b|\bread_(?:csv|json|parquet)\b|\bstruct_pack\b"
    r"|\blist_\w+\(|\bjson_\w+\((?![^)]*\}\})|\bstrftime\b|\barg_m(?:ax|in)\b|\bcurrent_date\b|\bnow\(\)",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    target = tmp_path_factory.mktemp("target")
    dbt = Path(sys.executable).with_name("dbt")
    subprocess.run(
        [dbt, "--quiet", "parse", "--no-partial-parse", "--target", "lint"],
        cwd=PROJECT,
        check=True,
        env={"PATH": str(dbt.parent), "DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target)},
    )
    return json.loads((target / "manifest.json").read_text())


def models(manifest: Manifest) -> list[Node]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def marts(manifest: Manifest) -> list[Node]:
    return [node for node in models(manifest) if node["fqn"][1] == "marts"]


def sql_of(node: Node) -> str:
    """The model's own text without Jinja and comments: what is left is SQL in no macro."""
    text = (PROJECT / node["original_file_path"]).read_text()
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|--[^\n]*", "", text, flags=re.DOTALL)


def undescribed(manifest: Manifest) -> list[str]:
    described = [*models(manifest), *manifest["sources"].values()]
    described += [node for node in manifest["nodes"].values() if node["resource_type"] == "seed"]
    return [
        f"{node['name']}.{column or ''}"
        for node in described
        for column, text in [
            (None, node["description"]),
            *((name, column["description"]) for name, column in node["columns"].items()),
        ]
        if not text.strip()
    ]


def without_primary_key_test(manifest: Manifest) -> list[str]:
    tested = {
        parent
        for node in manifest["nodes"].values()
        if (node.get("test_metadata") or {}).get("name") == "primary_key"
        for parent in node["depends_on"]["nodes"]
    }
    keyed = [n for n in manifest["nodes"].values() if n["resource_type"] in {"model", "seed"}]
    return [node["name"] for node in keyed if node["unique_id"] not in tested]


def without_a_yaml_beside_it(manifest: Manifest) -> list[str]:
    return [
        node["name"]
        for node in models(manifest)
        if (node["patch_path"] or "").split("://")[-1]
        != str(Path(node["original_file_path"]).with_suffix(".yml"))
    ]


def reading_across_layers(manifest: Manifest) -> list[str]:
    def layer(unique_id: str) -> str:
        node = manifest["nodes"].get(unique_id) or manifest["sources"][unique_id]
        return node["fqn"][1] if node["resource_type"] == "model" else str(node["resource_type"])

    def may_read(node: Node) -> set[str]:
        # The marts that watch over the log tell of its lines and files.
        watches = {"landing"} if node["schema"] == "observability" else set()
        return {*READS[node["fqn"][1]], node["fqn"][1], "seed", *watches}

    return [
        f"{node['name']} reads {parent}"
        for node in models(manifest)
        for parent in node["depends_on"]["nodes"]
        if layer(parent) not in may_read(node)
    ]


def misnamed(manifest: Manifest) -> list[str]:
    prefixes = {
        "landing": ("land_",),
        "staging": ("stg_",),
        "intermediate": ("int_",),
        "marts": ("dim_", "fct_", "call_list"),
    }
    return [
        node["name"]
        for node in models(manifest)
        if not node["name"].startswith(prefixes[node["fqn"][1]])
    ]


def speaking_a_dialect(manifest: Manifest) -> list[str]:
    return [
        f"{node['name']}: {found.group(0)}"
        for node in models(manifest)
        if (found := DIALECT.search(sql_of(node)))
    ]


def vague_columns(manifest: Manifest) -> list[str]:
    vague = {"id", "date", "day", "value", "timestamp"}
    return [
        f"{node['name']}.{column}"
        for node in models(manifest)
        for column in node["columns"]
        if column in vague
    ]


def ungoverned_marts(manifest: Manifest) -> list[str]:
    def is_governed(node: Node) -> bool:
        meta = node["config"]["meta"]
        return (
            node["config"]["contract"]["enforced"]
            and node["group"] is not None
            and node["access"] == "public"
            and all(meta.get(key) for key in ("grain", "owner", "questions"))
        )

    return [node["name"] for node in marts(manifest) if not is_governed(node)]


def uncontracted_staging(manifest: Manifest) -> list[str]:
    return [
        node["name"]
        for node in models(manifest)
        if node["fqn"][1] == "staging" and not node["config"]["contract"]["enforced"]
    ]


def marts_with_personal_data(manifest: Manifest) -> list[str]:
    def ancestors(unique_id: str) -> set[str]:
        parents = set(manifest["parent_map"].get(unique_id, []))
        return parents.union(*(ancestors(parent) for parent in parents))

    def personal_columns(unique_id: str) -> set[str]:
        columns = manifest["nodes"].get(unique_id, {}).get("columns", {})
        return {
            name
            for name, column in columns.items()
            if (column.get("config") or {}).get("meta", {}).get("contains_pii")
        }

    return [
        f"{node['name']}.{column}"
        for node in marts(manifest)
        for column in set().union(*map(personal_columns, ancestors(node["unique_id"])))
        if column in node["columns"]
    ]


def without_a_reach(manifest: Manifest) -> list[str]:
    """Models that do not say how far a day's arrivals reach in them."""
    strategies = {"arrival", "touched_days", "onward", "touched_keys"}

    def says(node: Node) -> bool:
        config = node["config"]
        return (
            config["materialized"] == "view"
            or (
                config["materialized"] == "incremental"
                and config["incremental_strategy"] in strategies
            )
            or (config["materialized"] == "table" and config["meta"].get("reach") == "whole")
        )

    return [node["name"] for node in models(manifest) if not says(node)]


def marts_depending_on_deliveries(manifest: Manifest) -> list[str]:
    """What people read must not show in how many pieces the log came."""
    return [
        node["name"]
        for node in marts(manifest)
        if node["config"]["meta"].get("depends_on_deliveries")
    ]


RULES = [
    undescribed,
    without_primary_key_test,
    without_a_yaml_beside_it,
    reading_across_layers,
    misnamed,
    speaking_a_dialect,
    vague_columns,
    ungoverned_marts,
    uncontracted_staging,
    marts_with_personal_data,
    without_a_reach,
    marts_depending_on_deliveries,
]


# Of these the equality test does not ask that a full refresh makes the same: what a build has to do
# anew, and a count by landing. Everything else is compared without anybody's doing.
DEPENDING_ON_DELIVERIES = {
    "int_event_fields",
    "int_touched_alerts",
    "int_touched_days",
    "int_touched_hosts",
    "int_touched_organizations",
    "int_touched_webhooks",
    "land_repeated_identities",
    "land_replaced_events",
    "land_touched_files",
}


def test_no_other_model_depends_on_deliveries(manifest: Manifest) -> None:
    found = {
        node["name"]
        for node in models(manifest)
        if node["config"]["meta"].get("depends_on_deliveries")
    }
    assert found == DEPENDING_ON_DELIVERIES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_node_breaks_the_rule(manifest: Manifest, rule: Callable[[Manifest], list[str]]) -> None:
    assert rule(manifest) == []


def test_every_layer_has_models(manifest: Manifest) -> None:
    assert {node["fqn"][1] for node in models(manifest)} == set(LAYERS)


BREAKAGES: dict[Callable[[Manifest], list[str]], Callable[[Node], None]] = {
    undescribed: lambda node: node.update(description=" "),
    without_a_yaml_beside_it: lambda node: node.update(patch_path="mackerel_cs://models/all.yml"),
    reading_across_layers: lambda node: node["depends_on"]["nodes"].append(
        "model.mackerel_cs.land_events"
    ),
    misnamed: lambda node: node.update(name="organizations"),
    vague_columns: lambda node: node["columns"].update(date={"description": "A date."}),
    ungoverned_marts: lambda node: node["config"]["meta"].pop("questions"),
    marts_with_personal_data: lambda node: node["columns"].update(
        actor_screen_name={"description": "Who did it."}
    ),
    without_a_reach: lambda node: node["config"]["meta"].pop("reach"),
    marts_depending_on_deliveries: lambda node: node["config"]["meta"].update(
        depends_on_deliveries=True
    ),
}


@pytest.mark.parametrize("rule", BREAKAGES, ids=lambda rule: rule.__name__)
def test_a_broken_rule_is_noticed(
    manifest: Manifest, rule: Callable[[Manifest], list[str]]
) -> None:
    broken = json.loads(json.dumps(manifest))
    BREAKAGES[rule](broken["nodes"]["model.mackerel_cs.dim_organizations"])
    assert rule(broken) != []


@pytest.mark.parametrize(
    "sql", ["select a::int", "qualify rn = 1", "group by all", "list_sort(a)", "current_date"]
)
def test_dialect_is_recognised(sql: str) -> None:
    assert DIALECT.search(sql)
