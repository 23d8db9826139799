"""Everything dbt would send to BigQuery is BigQuery's SQL, as far as a parser can tell.

Nothing is run. docs/bigquery.md lists the constructs that parse and would not run, or would mean
something else; what is found here has to be what is listed there.
"""

import re
from collections import defaultdict

import pytest

from bigquery_project import bigquery_project
from bigquery_rules import Found, judged
from compiled_project import Compiled, CompiledProject
from conftest import REPOSITORY
from engine_cases import CASES, dispatched

# The case of business_day_start() adds an interval itself, as models do.
_IN_CASES = {"date + interval"}
_LISTED = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
# What changes tables or reads files stands in no case.
_STATEMENTS = [
    "{{ statements(['delete from a where true', 'delete from b where true']) }}",
    "{{ all_or_none('delete from a where true', ['delete from b where true'], "
    "'delete from c where true') }}",
    "{{ delete_matching('a', 'b', 'old_rows.k = found.k') }}",
    "create table `a` (k bigint {{ primary_key_clause('k') }}) {{ table_format_clause() }}",
    "select {{ build_variable('project_fingerprint') }}",
    "{{ raw_lines('files') }}",
    "{{ require_whole_files('lines', 'files') }}",
    "{{ find_raw_files() }}",
    "select {{ asked_before('least', 'select min(k) from a') }}",
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> CompiledProject:
    return bigquery_project(tmp_path_factory.mktemp("bigquery"))


@pytest.fixture(scope="module")
def nodes(project: CompiledProject) -> dict[Compiled, list[Found]]:
    """Every node in both forms that parses, with what is left; fails with those that do not."""
    compiled = {*project.first_build(), *project.daily_build()}
    judgements = {node: judged(node.sql) for node in compiled}
    refused = [
        told(node, found) for node, judgement in judgements.items() for found in judgement.refused
    ]
    assert not refused, "\n".join(sorted(refused))
    return {node: judgement.left for node, judgement in judgements.items()}


def told(node: Compiled, found: Found) -> str:
    line = node.sql.splitlines()[found.line - 1].strip()
    return f"{node.name} ({node.path}): {found.construct}\n    line {found.line} compiled: {line}"


def listed() -> set[str]:
    return set(_LISTED.findall((REPOSITORY / "docs" / "bigquery.md").read_text()))


@pytest.mark.parametrize("name", sorted(dispatched()))
def test_each_macro_has_its_spelling(name: str) -> None:
    assert f"macro bigquery__{name}(" in dispatched()[name]


def test_each_spelling_parses(project: CompiledProject) -> None:
    texts = [*CASES.values(), *_STATEMENTS]
    for text, sql in zip(texts, project.rendered(texts), strict=True):
        judgement = judged(sql)
        assert not judgement.refused, f"{text}\n{sql}"
        assert {found.construct for found in judgement.left} <= _IN_CASES, f"{text}\n{sql}"


def test_each_node_parses_and_what_is_left_is_listed(nodes: dict[Compiled, list[Found]]) -> None:
    where = defaultdict(list)
    for node, left in nodes.items():
        for found in left:
            where[found.construct].append(told(node, found))
    unlisted = ["\n".join(where[name][:3]) for name in sorted(where.keys() - listed())]
    assert not unlisted, "Respell these, or list them in docs/bigquery.md:\n" + "\n".join(unlisted)
    assert listed() <= where.keys(), "docs/bigquery.md lists what no model holds any more"


def test_both_forms_are_read(nodes: dict[Compiled, list[Found]]) -> None:
    forms = defaultdict(set)
    for node in nodes:
        if node.kind == "model":
            forms[node.name].add(node.sql)
    assert len(forms["stg_webhook__alerts"]) == len(forms["fct_organization_days"]) == 2


@pytest.mark.parametrize(
    "sql",
    [
        "select a from b union select a from c",
        "select a from",
        "select 'it",
        "select 'it''s'",
        "vacuum a",
    ],
)
def test_what_does_not_parse_is_refused(sql: str) -> None:
    assert judged(sql).refused


WRONG = [
    ("select a::date from b", "operator ::"),
    ("select a % 2 from b", "operator %"),
    ("select cast(a as double) from b", "type double"),
    ("select list_sort(a) from b", "function list_sort()"),
    (r"select '\d'", "backslash in a text"),
    ("select count(*) filter (where a) from b", "aggregate filter (where ...)"),
    ("select a from b except all select a from c", "except all"),
    ("select 1 from b where (a, c) in (select a, c from d)", "(a, b) in (select a, b ...)"),
    ("select 1 from a left join b on a.c <= b.c", "outer join without an equality"),
    ("select a from (values (1)) as b (a)", "values as a table"),
    ("select a from b cross join lateral (select b.c as a) as d", "lateral join"),
    ("select a as hash from b", "reserved word as a name"),
    ("update a set b = 1", "update without where"),
    ("select least(a, b) from c", "least() of what may be null"),
    ("select on_date + interval 1 day from b", "date + interval"),
    ("select first_date - last_date from b", "date - date"),
    ("select cast(seen_at as string) from b", "timestamp as text"),
    ("select 1 from b where on_date < seen_at", "date beside timestamp"),
    ("select count(distinct a, b) from c", "count(distinct a, b)"),
    (
        "select sum(a) over (order by c range between interval 1 day preceding and current row)"
        " from b",
        "range of an interval",
    ),
]


@pytest.mark.parametrize(("sql", "construct"), WRONG)
def test_a_wrong_snippet_is_noticed(sql: str, construct: str) -> None:
    judgement = judged(f"select 1;\n{sql}")
    assert (not judgement.refused) and Found(construct, 2) in judgement.left


def test_sound_sql_is_left_alone() -> None:
    sql = """
        select payload.from, r'\\d', '\\n', date_add(on_date, interval 1 day), count(*)
        from `a`.`b` left join c on b.k = c.k and b.at <= c.at
        where on_date < last_date
        union distinct select 1, 2, 3, 4, 5
    """
    assert judged(sql).left == judged(sql).refused == []
