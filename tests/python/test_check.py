"""The guard: a good build is green, and every single expectation can fail."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from conftest import REPOSITORY, RunCli, environment
from mackerel_cs import check
from mackerel_cs.check.evidence import load_boundaries
from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Harm:
    """Something that goes wrong, and the expectation that must notice it."""

    evidence: str
    expected: str
    sql: str = ""
    change_manifest: Callable[[Manifest], None] | None = None
    is_critical: bool = True


def _outcomes(outcome: str) -> str:
    """Give the lines another outcome."""
    return (
        "create table landing.harmed as "
        f"select * replace ({outcome} as outcome) from landing.land_line_outcomes;"
        "drop view landing.land_line_outcomes;"
        "alter table landing.harmed rename to land_line_outcomes;"
    )


def _hide_all_marts(manifest: Manifest) -> None:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            node["access"] = "private"


def _forget_key_of_hosts(manifest: Manifest) -> None:
    host = "model.mackerel_cs.dim_hosts"
    manifest["nodes"] = {
        name: node for name, node in manifest["nodes"].items() if node.get("attached_node") != host
    }


_BUSY_DATE = (
    "(select received_date from landing.land_lines group by received_date "
    "order by received_date limit 1 offset 30)"
)
_ONE_ORGANIZATION = (
    "(select organization_id from core.dim_organizations "
    "where creation_evidence = 'event' order by created_at limit 1)"
)
_ITS_DATES = f"customer_success.fct_organization_days where organization_id = {_ONE_ORGANIZATION}"

HARMS = [
    Harm("landed_log", "At least one line", _outcomes("'quarantined'")),
    Harm(
        "landed_log",
        "of the events published last",
        "delete from landing.land_lines where hash(file_path) % 2 = 0;"
        "delete from landing.land_files where hash(file_path) % 2 = 0;",
    ),
    Harm(
        "landed_files",
        "Every line of every file has an outcome",
        "delete from landing.land_lines where line_number = 1",
    ),
    Harm(
        "landed_files",
        "Every file that was published",
        "delete from landing.land_lines where received_date = (select max(received_date) "
        "from landing.land_files);"
        "delete from landing.land_files where received_date = (select max(received_date) "
        "from landing.land_files);",
        is_critical=False,
    ),
    Harm(
        "landed_files",
        "No file has fewer lines",
        "update landing.land_files set line_count = line_count - 1",
        is_critical=False,
    ),
    Harm(
        "landed_files",
        "could be read as it lies",
        "update landing.land_files set file_problem = 'truncated'",
        is_critical=False,
    ),
    Harm("landed_sources", "add up to the lines read", _outcomes("'forgotten'")),
    Harm(
        "landed_sources",
        "has an id, a source, a type and a time",
        "update landing.land_lines set event_id = null where event_source = 'mackerel/metering'",
    ),
    Harm(
        "landed_sources",
        "lines are quarantined",
        _outcomes("case when line_number % 4 = 0 then 'quarantined' else outcome end"),
    ),
    Harm(
        "landed_sources",
        "lines are repetitions",
        _outcomes("case when line_number % 4 > 0 then 'duplicate' else outcome end"),
        is_critical=False,
    ),
    Harm(
        "landed_sources",
        "Every producer is known",
        "update landing.land_lines set event_source = 'somebody/new' "
        "where event_source = 'zendesk'",
        is_critical=False,
    ),
    Harm(
        "landed_types",
        "No unregistered type",
        "update landing.land_lines set event_type = 'io.mackerel.metering.host.told' "
        "where event_type = 'io.mackerel.metering.host.reported'",
        is_critical=False,
    ),
    Harm(
        "landed_dates",
        "Something arrived on every date",
        f"delete from landing.land_lines where received_date = {_BUSY_DATE}",
        is_critical=False,
    ),
    Harm(
        "landed_dates",
        "No date brought under",
        f"delete from landing.land_lines where received_date = {_BUSY_DATE} "
        "and line_number % 10 > 0",
        is_critical=False,
    ),
    Harm("marts", "at least one mart", change_manifest=_hide_all_marts),
    Harm("marts", "is in the warehouse", "drop table core.fct_alerts"),
    Harm("marts", "have rows", "delete from core.fct_host_days"),
    Harm("marts", "names its primary key", change_manifest=_forget_key_of_hosts),
    Harm(
        "marts",
        "No primary key stands twice",
        "insert into core.dim_hosts select * from core.dim_hosts limit 1",
    ),
    Harm(
        "marts",
        "lacks a part of its primary key",
        "update core.dim_hosts set host_id = null "
        "where host_id = (select min(host_id) from core.dim_hosts)",
    ),
    Harm(
        "marts",
        "of the rows published last",
        "delete from core.fct_host_days where hash(host_id) % 4 = 0",
    ),
    Harm(
        "marts",
        "times the rows published last",
        "insert into core.fct_host_days select hosts.* replace (host_id || n as host_id) "
        "from core.fct_host_days as hosts cross join range(2) as copies (n)",
        is_critical=False,
    ),
    Harm(
        "mart_columns",
        "holds a mail address",
        "update core.dim_organizations set display_name = 'to taro@example.co.jp, please' "
        f"where organization_id = {_ONE_ORGANIZATION}",
    ),
    Harm(
        "mart_columns",
        "named like people's data",
        "alter table core.dim_users add column screen_name varchar",
    ),
    Harm(
        "mart_columns",
        "Money is never negative",
        "update core.dim_organizations set mrr_jpy = -1 "
        f"where organization_id = {_ONE_ORGANIZATION}",
    ),
    Harm(
        "mart_columns",
        "No state lies after",
        "update core.fct_host_days set state_date = state_date + 1 "
        "where state_date = (select max(state_date) from core.fct_host_days)",
    ),
    Harm("mart_columns", "filled when published", "update core.dim_hosts set provider = null"),
    Harm(
        "mart_columns",
        "Every column that was published",
        "alter table core.dim_hosts drop column provider",
        is_critical=False,
    ),
    Harm(
        "organization_spine",
        "stands in dim_organizations",
        f"delete from core.dim_organizations where organization_id = {_ONE_ORGANIZATION}",
    ),
    Harm("organization_spine", "has its dates", f"delete from {_ITS_DATES}"),
    Harm(
        "organization_spine",
        "No date is missing",
        f"delete from {_ITS_DATES} and state_date = (select min(state_date) + 1 from {_ITS_DATES})",
    ),
    Harm(
        "organization_spine",
        "run to the as-of date",
        f"delete from {_ITS_DATES} and state_date = (select max(state_date) from {_ITS_DATES})",
    ),
]


@pytest.fixture
def built(built_project: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A copy of a finished build that a test may harm."""
    shutil.copytree(built_project.data, tmp_path / "data", symlinks=True)
    shutil.copytree(built_project.data.parent / "target", tmp_path / "target")
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    return Settings.from_environment()


def _harm(settings: Settings, sql: str) -> None:
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(sql)


def _rewrite(path: Path, change: Callable[[Manifest], None]) -> None:
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_a_good_build_is_green(built: Settings) -> None:
    report = check.run(built)
    assert report.is_green, [finding.seen for finding in report.critical]
    assert report.compared_with.startswith("compared with build ")


@pytest.mark.parametrize("harm", HARMS, ids=[f"{harm.evidence}: {harm.expected}" for harm in HARMS])
def test_harm_is_noticed(built: Settings, tmp_path: Path, harm: Harm) -> None:
    if harm.sql:
        _harm(built, harm.sql)
    if harm.change_manifest:
        _rewrite(tmp_path / "target" / "manifest.json", harm.change_manifest)
    report = check.run(built)
    found = [
        finding
        for finding in report.findings
        if finding.evidence == harm.evidence and harm.expected in finding.expected
    ]
    assert len(found) == 1, [finding.expected for finding in report.findings]
    assert found[0].is_critical == harm.is_critical
    assert found[0].seen and found[0].remedy
    assert report.is_green == (not report.critical)


def test_every_expectation_has_its_harm() -> None:
    for boundary in load_boundaries(REPOSITORY / "expectations"):
        for evidence in boundary.evidence:
            for expectation in evidence.expectations:
                assert expectation.description and expectation.notes
                assert any(
                    harm.evidence == evidence.name and harm.expected in expectation.description
                    for harm in HARMS
                ), f"{evidence.name}: nothing shows that this can fail: {expectation.description}"


def test_a_few_broken_lines_of_a_small_log_are_no_red_light(built: Settings) -> None:
    _harm(
        built,
        _outcomes("case when event_source = 'mackerel/cre' then 'quarantined' else outcome end"),
    )
    seen = [finding.seen for finding in check.run(built).findings]
    assert not any("mackerel/cre: quarantined_share" in text for text in seen)


def test_red_names_what_to_do_and_publishes_nothing(built: Settings, run_cli: RunCli) -> None:
    before = (built.published / "manifest.json").read_bytes()
    _harm(built, "delete from core.fct_host_days where hash(host_id) % 4 = 0")
    checked = run_cli("check", is_ok=False)
    assert checked.returncode == 1
    for words in ("RED", "core.fct_host_days", "share_of_previous", "--accept-change"):
        assert words in checked.stdout
    published = run_cli("publish", is_ok=False)
    assert published.returncode == 1
    assert "core.fct_host_days" in published.stdout
    assert (built.published / "manifest.json").read_bytes() == before


def test_an_accepted_change_is_not_compared(built: Settings, run_cli: RunCli) -> None:
    _harm(built, "delete from core.fct_host_days where hash(host_id) % 4 = 0")
    assert "the change is accepted" in run_cli("check", "--accept-change").stdout


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda manifest: manifest.update(as_of_date="2099-01-01"), "lies after"),
        (lambda manifest: manifest["vars"].update(known_at="2025-07-01T00:00:00Z"), "known_at"),
        (lambda manifest: manifest.pop("build_id"), "no readable manifest"),
    ],
)
def test_a_build_that_differs_by_right_is_not_compared(
    built: Settings, change: Callable[[Manifest], None], told: str
) -> None:
    _rewrite(built.published / "current" / "manifest.json", change)
    _harm(built, "delete from core.fct_host_days where hash(host_id) % 4 = 0")
    report = check.run(built)
    assert told in report.compared_with
    assert report.is_green


def test_the_first_build_has_nothing_to_compare_with(built: Settings) -> None:
    shutil.rmtree(built.published)
    report = check.run(built)
    assert report.compared_with == "nothing was published before"
    assert report.is_green


def test_without_a_warehouse_the_message_says_what_to_do(run_cli: RunCli) -> None:
    done = run_cli("check", is_ok=False)
    assert done.returncode == 2
    assert "mackerel-cs build" in done.stderr


def test_where_the_warehouse_is_gone_it_says_which_build_makes_it(built: Settings) -> None:
    built.warehouse.unlink()
    with pytest.raises(UserError, match="no warehouse") as error:
        check.run(built)
    assert "mackerel-cs build`" in error.value.remedy


def test_half_a_warehouse_is_no_defect(built: Settings) -> None:
    _harm(built, "drop table core.dim_organizations")
    with pytest.raises(UserError, match="not a whole build"):
        check.run(built)


def test_data_docs_hold_every_result_and_ask_for_nothing_outside(built: Settings) -> None:
    report = check.run(built)
    folder = report.data_docs.parent
    pages = list(folder.rglob("*.html"))
    evidence = [
        evidence.name
        for boundary in load_boundaries(REPOSITORY / "expectations")
        for evidence in boundary.evidence
    ]
    for name in evidence:
        assert any(name in page.name and "validations" in page.parts for page in pages)
    for page in pages:
        html = page.read_text("utf-8")
        fetched = re.findall(r'<(?:script|img|link)\s[^>]*?(?:src|href)="([^"]+)"', html)
        for address in fetched:
            assert not address.startswith(("http", "//")), address
            assert (page.parent / address).resolve().exists(), (page, address)


def test_checking_changes_nothing_but_its_own_folder(built: Settings) -> None:
    before = built.warehouse.read_bytes()
    check.run(built)
    assert built.warehouse.read_bytes() == before
