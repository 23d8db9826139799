"""The project's own rules, asked of the manifest: each answers with the nodes that break it."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

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

# Names that the macros of the last good build are called with, and those in a list of tuples.
REMEMBERED = re.compile(r"\b(?:remembered|changed_rows|known_rows)\(\s*'(\w+)'")
LISTED = re.compile(r"\(\s*'(int_\w+)',")


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


def ancestors(manifest: Manifest, unique_id: str) -> set[str]:
    found: set[str] = set()
    unseen = {unique_id}
    while unseen:
        parents = manifest["parent_map"].get(unseen.pop(), [])
        unseen |= set(parents) - found
        found |= set(parents)
    return found


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
        for column in set().union(*map(personal_columns, ancestors(manifest, node["unique_id"])))
        if column in node["columns"]
    ]


def without_a_reach(manifest: Manifest) -> list[str]:
    """How far a late event reaches in a model has to be said, so that nothing is left behind."""
    names = {f"{node['schema']}.{node['name']}": node["unique_id"] for node in models(manifest)}
    strategies = re.findall(
        r"macro\.mackerel_cs\.get_incremental_(\w+)_sql", " ".join(manifest["macros"])
    )

    def missing_columns(node: Node, *columns: str | None) -> list[str]:
        return [f"the column {column}" for column in columns if column not in node["columns"]]

    # What the strategy deletes by has to be up to date before it does.
    def missing_scope(node: Node, scope: str) -> list[str]:
        is_built_before = names.get(scope) in ancestors(manifest, node["unique_id"])
        return [] if is_built_before else [f"scope('{scope.rpartition('.')[2]}') in its SQL"]

    def missing(node: Node) -> list[str]:
        config, columns = node["config"], node["columns"]
        meta, strategy = config["meta"], config["incremental_strategy"]
        if config["materialized"] == "view":
            return ["no meta.reach: it is a view"] if "reach" in meta else []
        if config["materialized"] == "table":
            return [] if meta.get("reach") == "whole" else ["meta: {reach: whole}, or a strategy"]
        lacking = ["no meta.reach: its strategy says it"] if "reach" in meta else []
        lacking += [] if config["on_schema_change"] == "fail" else ["on_schema_change: fail"]
        if strategy == "arrival":
            replaced = "landing.land_replaced_events"
            lacking += missing_columns(node, "landing_number")
            lacking += missing_scope(node, replaced) if "event_key" in columns else []
        elif strategy == "arrival_counts":
            dated = ("landing_number", "organization_id", meta.get("date_column"))
            lacking += missing_columns(node, *dated)
            lacking += missing_scope(node, "intermediate.int_repaired_days")
        elif strategy == "touched_days":
            lacking += missing_columns(node, "organization_id", meta.get("date_column"))
            lacking += missing_scope(node, "intermediate.int_touched_days")
        elif strategy == "onward":
            lacking += missing_columns(node, "organization_id", meta.get("date_column"))
            lacking += missing_scope(node, "intermediate.int_touched_organizations")
        elif strategy == "touched_keys":
            lacking += [] if meta.get("keys") else ["meta: {keys: [...]}"]
            lacking += missing_columns(node, *meta.get("keys", []))
            lacking += missing_scope(node, meta.get("scope", "meta.scope"))
        else:
            lacking.append(f"incremental_strategy: {' | '.join(sorted(strategies))}")
        return lacking

    return [f"{node['name']} needs {what}" for node in models(manifest) for what in missing(node)]


def untold_reaches(manifest: Manifest) -> list[str]:
    """DECISIONS.md says of each incremental model why just that may change; of staging once."""
    told = (PROJECT / "DECISIONS.md").read_text("utf-8")
    return [
        f"{node['name']} needs a place in the table of DECISIONS.md"
        for node in models(manifest)
        if node["config"]["materialized"] == "incremental" and node["fqn"][1] != "staging"
        if f"`{node['name']}`" not in told
    ]


def wrongly_remembered(manifest: Manifest) -> list[str]:
    """`meta: {is_remembered: true}` belongs to what is compared with the last good build, only."""
    # The ledger is compared before the first model, by a macro.
    compared = {"land_files"}
    for node in models(manifest):
        compared |= set(REMEMBERED.findall(node["raw_code"]))
        if "changed_rows(history" in node["raw_code"]:
            compared |= set(LISTED.findall(node["raw_code"]))
    kept = {
        node["name"] for node in models(manifest) if node["config"]["meta"].get("is_remembered")
    }
    return [f"{name} needs meta: {{is_remembered: true}}" for name in sorted(compared - kept)] + [
        f"{name} needs no is_remembered: no model asks for what it was"
        for name in sorted(kept - compared)
    ]


def marts_depending_on_deliveries(manifest: Manifest) -> list[str]:
    """What people read must not show in how many pieces the log came."""
    return [
        node["name"]
        for node in marts(manifest)
        if node["config"]["meta"].get("depends_on_deliveries")
    ]


def vars_of_no_weight(manifest: Manifest) -> list[str]:
    """A var that the fingerprint leaves out could change without anything being made anew.

    But for `backfill`, which says what to compute again of a build that is gone on from.
    """
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))
    macro = manifest["macros"]["macro.mackerel_cs.deciding_vars"]["macro_sql"]
    named = set(re.findall(r"'(\w+)'", macro))
    return [
        f"{name} stands in only one of dbt_project.yml and deciding_vars() of build_record.sql"
        for name in sorted(named ^ (set(project["vars"]) - {"backfill"}))
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
    untold_reaches,
    wrongly_remembered,
    vars_of_no_weight,
    marts_depending_on_deliveries,
]


# Of these the equality test does not ask that a full refresh makes the same: what a build has to do
# anew, and a count by landing. Everything else is compared without anybody's doing.
DEPENDING_ON_DELIVERIES = {
    "int_event_arrivals",
    "int_event_fields",
    "int_repaired_days",
    "int_touched_alert_owners",
    "int_touched_alert_states",
    "int_touched_alerts",
    "int_touched_days",
    "int_touched_host_histories",
    "int_touched_host_states",
    "int_touched_hosts",
    "int_touched_organizations",
    "int_touched_webhooks",
    "int_unknown_field_arrivals",
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


REACH_BREAKAGES: list[tuple[str, Callable[[Node], object], str]] = [
    ("dim_dates", lambda config: config.update(meta={}), "meta: {reach: whole}, or a strategy"),
    (
        "int_webhooks",
        lambda config: config.update(meta={"reach": "whole"}),
        "no meta.reach: it is a view",
    ),
    (
        "int_host_days",
        lambda config: config["meta"].update(reach="whole"),
        "no meta.reach: its strategy says it",
    ),
    (
        "int_host_days",
        lambda config: config.update(incremental_strategy="append"),
        "incremental_strategy: arrival | arrival_counts | onward | touched_days | touched_keys",
    ),
    (
        "int_host_days",
        lambda config: config.update(on_schema_change="ignore"),
        "on_schema_change: fail",
    ),
    ("int_host_days", lambda config: config["meta"].pop("date_column"), "the column None"),
    (
        "int_host_days",
        lambda config: config["meta"].update(date_column="when"),
        "the column when",
    ),
    (
        "int_host_days",
        lambda config: config.update(incremental_strategy="onward"),
        "scope('int_touched_organizations') in its SQL",
    ),
    ("land_duplicates", lambda config: config["meta"].pop("keys"), "meta: {keys: [...]}"),
    ("land_duplicates", lambda config: config["meta"].update(keys=["who"]), "the column who"),
    (
        "land_duplicates",
        lambda config: config["meta"].update(scope="landing.nowhere"),
        "scope('nowhere') in its SQL",
    ),
    (
        "int_organization_spine",
        lambda config: config.update(incremental_strategy="arrival"),
        "the column landing_number",
    ),
]


@pytest.mark.parametrize(("name", "breaking", "remedy"), REACH_BREAKAGES)
def test_a_model_without_a_reach_is_told_what_to_write(
    manifest: Manifest, name: str, breaking: Callable[[Node], object], remedy: str
) -> None:
    broken = json.loads(json.dumps(manifest))
    breaking(broken["nodes"][f"model.mackerel_cs.{name}"]["config"])
    assert f"{name} needs {remedy}" in without_a_reach(broken)


def test_what_deletes_waits_for_what_lists_the_deleted(manifest: Manifest) -> None:
    broken = json.loads(json.dumps(manifest))
    broken["parent_map"]["model.mackerel_cs.land_unmetered_events"] = []
    assert "land_unmetered_events needs scope('land_replaced_events') in its SQL" in (
        without_a_reach(broken)
    )


def test_an_incremental_model_stands_in_the_books(manifest: Manifest) -> None:
    broken = json.loads(json.dumps(manifest))
    broken["nodes"]["model.mackerel_cs.int_host_days"]["name"] = "int_host_hours"
    assert untold_reaches(broken) == ["int_host_hours needs a place in the table of DECISIONS.md"]


def test_what_is_remembered_is_what_is_asked_for(manifest: Manifest) -> None:
    broken = json.loads(json.dumps(manifest))
    nodes = broken["nodes"]
    nodes["model.mackerel_cs.dim_dates"]["config"]["meta"]["is_remembered"] = True
    for forgotten in ("int_as_of", "int_plan_history"):
        nodes[f"model.mackerel_cs.{forgotten}"]["config"]["meta"].pop("is_remembered")
    assert wrongly_remembered(broken) == [
        "int_as_of needs meta: {is_remembered: true}",
        "int_plan_history needs meta: {is_remembered: true}",
        "dim_dates needs no is_remembered: no model asks for what it was",
    ]


def test_a_var_left_out_of_the_fingerprint_is_noticed(manifest: Manifest) -> None:
    broken = json.loads(json.dumps(manifest))
    macro = broken["macros"]["macro.mackerel_cs.deciding_vars"]
    macro["macro_sql"] = macro["macro_sql"].replace("'known_at',", "")
    assert [found.split()[0] for found in vars_of_no_weight(broken)] == ["known_at"]


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
