"""What BigQuery's parser would refuse, and what it would refuse or read otherwise after that.

sqlglot reads more than BigQuery does. The constructs below are those of this project's SQL that it
takes and BigQuery, by its documentation, does not, or takes in another sense. None of it was run.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, TokenError
from sqlglot.tokens import Token, TokenType

_FUNCTIONS = set(
    """
    any_value array array_concat array_length array_reverse array_to_string avg cast chr coalesce count date
    date_add date_diff div error extract first_value floor generate_array generate_date_array
    greatest json_query json_query_array json_type json_value json_value_array lag last_value
    lax_string lead least length lower max max_by md5 min min_by mod nullif parse_json pow
    regexp_contains regexp_replace replace right round row_number safe_cast safe_offset safe_ordinal
    sha256 split starts_with string_agg strpos struct substr sum timestamp timestamp_diff
    timestamp_millis timestamp_seconds to_hex trim unnest upper
    """.split()
)
_OURS = {"json_keys"}
# Words that stand before a bracket and call nothing.
_SYNTAX = set(
    """
    all and as by case distinct else except exists filter from group having in int64 join key not
    numeric on or options over select then union using values when where with
    """.split()
)
_RESERVED = set(
    """
    all and any array as asc at between by case cast collate contains create cross cube current
    default define desc distinct else end enum escape except exclude exists extract false fetch
    following for from full group grouping groups hash having if ignore in inner intersect interval
    into is join lateral left like limit lookup merge natural new no not null nulls of on or order
    outer over partition preceding proto qualify range recursive respect right rollup rows select
    set some struct tablesample then to treat true unbounded union unnest using when where window
    with within
    """.split()
)
_TYPES = re.compile(r"\bas\s+(double|real|float|varchar|text|char|hugeint|blob)\b", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?![abfnrtv\\?\"'`0-7xXuU])")
_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.Coalesce)


@dataclass(frozen=True)
class Found:
    """A construct and the line of the compiled SQL it stands on."""

    construct: str
    line: int


def parse_errors(sql: str) -> list[Found]:
    """Why sqlglot does not read the text as BigQuery's SQL; empty where it does."""
    try:
        trees = sqlglot.parse(sql, dialect="bigquery", error_level=ErrorLevel.RAISE)
    except ParseError as error:
        return [Found(str(one["description"]), int(one["line"])) for one in error.errors]
    except TokenError as error:
        return [Found(str(error).splitlines()[0], 1)]
    unread = [tree for tree in trees if tree is not None and tree.find(exp.Command)]
    return [Found("a statement that is not parsed at all", _line(tree)) for tree in unread]


def left_for_bigquery(sql: str) -> list[Found]:
    """Constructs that parse, and that BigQuery does not know or takes in another sense."""
    tokens = sqlglot.tokenize(sql, dialect="bigquery")
    found = [*_in_text(sql), *_in_tokens(sql, tokens)]
    for tree in sqlglot.parse(sql, dialect="bigquery"):
        if tree is not None:
            found += [
                Found(name, _line(node)) for node in tree.walk() for name in _in_node(node) if name
            ]
    return found


def _in_text(sql: str) -> Iterator[Found]:
    for match in _TYPES.finditer(sql):
        yield Found(f"type {match[1].lower()}", sql.count("\n", 0, match.start()) + 1)


def _in_tokens(sql: str, tokens: list[Token]) -> Iterator[Found]:
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        name = token.text.lower()
        is_called = after is not None and after.token_type == TokenType.L_PAREN
        is_name = name.isidentifier() and token.token_type != TokenType.IDENTIFIER
        if is_called and is_name and name not in _FUNCTIONS | _OURS | _SYNTAX:
            yield Found(f"function {name}()", token.line)
        if token.token_type == TokenType.STRING:
            text = sql[token.start : token.end + 1]
            if before is not None and before.end + 1 == token.start and sql[before.end] == "'":
                yield Found("quote doubled in a text", token.line)
            if _ESCAPE.search(text):
                yield Found("backslash in a text", token.line)
        if token.token_type in (TokenType.MOD, TokenType.DCOLON) or token.text == "//":
            yield Found(f"operator {token.text}", token.line)


def _in_node(node: exp.Expression) -> Iterator[str | None]:
    yield _in_clause(node)
    yield _in_expression(node)


def _in_clause(node: exp.Expression) -> str | None:
    match node:
        case exp.Filter():
            return "aggregate filter (where ...)"
        case exp.Except() | exp.Intersect() if not node.args.get("distinct"):
            return "except all"
        case exp.In() if _is_wide(node):
            return "(a, b) in (select a, b ...)"
        case exp.Join() if node.side and not _has_equality(node):
            return "outer join without an equality"
        case exp.Values():
            return "values as a table"
        case exp.Lateral():
            return "lateral join"
        case exp.WindowSpec() if node.args.get("kind") == "RANGE" and node.find(exp.Interval):
            return "range of an interval"
        # Behind a point any word may stand.
        case exp.Identifier() if _is_bare(node) and node.name.lower() in _RESERVED:
            return f"reserved word {node.name.lower()} as a name"
        case exp.Update() if not node.args.get("where"):
            return "update without where"
    return None


def _in_expression(node: exp.Expression) -> str | None:
    match node:
        case exp.Least() | exp.Greatest():
            return f"{node.key}() over a null"
        case exp.Interval() if isinstance(node.this, exp.Literal) and node.this.is_string:
            return "interval '1' day"
        case exp.Count() if isinstance(node.this, exp.Distinct) and len(node.this.expressions) > 1:
            return "count(distinct a, b)"
        case exp.Cast() if node.is_type("text") and _kind(node.this) == "timestamp":
            return "timestamp as text"
        case exp.Add() | exp.Sub() if _is_interval_on_date(node):
            return "date + interval"
        case exp.Sub() if _kind(node.left) == _kind(node.right) == "date":
            return "date - date"
        case _ if isinstance(node, _COMPARED) and _kinds(node) >= {"date", "timestamp"}:
            return "date beside timestamp"
    return None


def _is_bare(node: exp.Identifier) -> bool:
    parent = node.parent
    is_behind_a_point = isinstance(parent, exp.Dot) or (
        isinstance(parent, exp.Column) and bool(parent.table) and parent.this is node
    )
    return not node.quoted and not is_behind_a_point


def _is_wide(node: exp.In) -> bool:
    query = node.args.get("query")
    return (
        isinstance(node.this, exp.Tuple)
        and query is not None
        and len(query.unnest().selects) == len(node.this.expressions)
    )


def _has_equality(join: exp.Join) -> bool:
    condition = join.args.get("on")
    if condition is None:
        return bool(join.args.get("using"))
    return any(
        isinstance(part, exp.EQ)
        and {column.table for column in part.left.find_all(exp.Column)}
        != {column.table for column in part.right.find_all(exp.Column)}
        for part in condition.flatten()
    ) or isinstance(condition, exp.EQ)


def _is_interval_on_date(node: exp.Add | exp.Sub) -> bool:
    return isinstance(node.right, exp.Interval) and _kind(node.left) == "date"


def _kinds(node: exp.Expression) -> set[str | None]:
    return {_kind(child) for child in node.iter_expressions()}


def _kind(node: exp.Expression) -> str | None:
    """`date` or `timestamp`: columns are named for it (CONTRIBUTING.md); null where nothing tells."""
    match node:
        case exp.Column():
            return {"date": "date", "at": "timestamp"}.get(node.name.rpartition("_")[2])
        case exp.Cast():
            return {"DATE": "date", "TIMESTAMPTZ": "timestamp"}.get(node.to.this.name)
        case exp.Date():
            return "date"
        case exp.Paren():
            return _kind(node.this)
        case exp.Coalesce():
            return next(filter(None, map(_kind, node.iter_expressions())), None)
        case exp.Add() | exp.Sub() if not isinstance(node.right, exp.Interval):
            return _kind(node.left)
    return None


def _line(node: exp.Expression) -> int:
    return min((one.meta["line"] for one in node.walk() if "line" in one.meta), default=1)
