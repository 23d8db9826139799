"""What BigQuery's parser would refuse, and what BigQuery would refuse or read otherwise after that.

sqlglot reads more than BigQuery does. The constructs below are those of this project's SQL that it
takes and BigQuery, by its documentation, does not, or takes in another sense. None of it was run.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, TokenError
from sqlglot.tokens import Token, TokenType


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# BigQuery's functions that the project uses. Another one is looked up in BigQuery's documentation
# and added here, or spelled by a macro of macros/engine.
_FUNCTIONS = _words(
    """
    any_value array array_concat array_length array_reverse array_to_string avg cast ceil chr
    coalesce count date date_add date_diff decimal dense_rank div error exp extract first_value
    floor generate_array generate_date_array greatest instr json_query json_query_array json_type
    json_value json_value_array lag last_day last_value lax_string lead least length ln lower max
    max_by min min_by mod ntile nullif parse_json pow regexp_contains regexp_replace replace right
    round row_number safe_cast safe_offset safe_ordinal sha256 split starts_with string_agg strpos
    struct substr sum timestamp timestamp_diff timestamp_millis timestamp_seconds to_hex
    to_json_string trim unnest upper
    """
)
# bigquery_create_json_keys() makes it.
_OURS = frozenset({"json_keys"})
# Words that stand before a bracket and call nothing.
_SYNTAX = _words(
    """
    all and as by case distinct else except exists filter from group having in join key not on or
    options over select then union using values when where with
    """
)
_RESERVED = _words(
    """
    all and any array as asc at between by case cast collate contains create cross cube current
    default define desc distinct else end enum escape except exclude exists extract false fetch
    following for from full group grouping groups hash having if ignore in inner intersect
    interval into is join lateral left like limit lookup merge natural new no not null nulls of on
    or order outer over partition preceding proto qualify range recursive respect right rollup
    rows select set some struct tablesample then to treat true unbounded union unnest using when
    where window with within
    """
)
_TYPE = re.compile(r"\bas\s+(double|real|float|varchar|text|char|hugeint)\s*\)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?![abfnrtv\\?\"'`0-7xXuU])")
_KINDS = {"DATE": "date", "TIMESTAMP": "timestamp", "TIMESTAMPTZ": "timestamp"}


@dataclass(frozen=True)
class Found:
    """A construct and the line of the compiled SQL it stands on."""

    construct: str
    line: int


@dataclass(frozen=True)
class Judgement:
    """What the parser refuses; where it refuses nothing, what is left to spell for BigQuery."""

    refused: list[Found]
    left: list[Found]


def judged(sql: str) -> Judgement:
    """The text as BigQuery's SQL."""
    try:
        tokens = sqlglot.tokenize(sql, dialect="bigquery")
        parsed = sqlglot.parse(sql, dialect="bigquery", error_level=ErrorLevel.RAISE)
    except ParseError as error:
        found = [Found(str(one["description"]), int(one["line"])) for one in error.errors]
        return Judgement(found, [])
    except TokenError as error:
        return Judgement([Found(str(error).splitlines()[0], 1)], [])
    trees = [tree for tree in parsed if tree is not None]
    unread = [Found("not parsed at all", _line(tree)) for tree in trees if tree.find(exp.Command)]
    in_trees = [
        Found(construct, _line(node))
        for tree in trees
        for node in tree.walk()
        for construct, is_one in _CONSTRUCTS.items()
        if is_one(node)
    ]
    return Judgement(unread, [*_in_text(sql), *_in_tokens(sql, tokens), *in_trees])


def _in_text(sql: str) -> Iterator[Found]:
    for match in _TYPE.finditer(sql):
        yield Found(f"type {match[1].lower()}", sql.count("\n", 0, match.start()) + 1)


def _in_tokens(sql: str, tokens: list[Token]) -> Iterator[Found]:
    for token, after in zip(tokens, [*tokens[1:], None], strict=False):
        name = token.text.lower()
        is_called = after is not None and after.token_type == TokenType.L_PAREN
        is_name = name.isidentifier() and token.token_type != TokenType.IDENTIFIER
        if is_called and is_name and name not in _FUNCTIONS | _OURS | _SYNTAX:
            yield Found(f"function {name}()", token.line)
        if token.token_type == TokenType.STRING and _ESCAPE.search(
            sql[token.start : token.end + 1]
        ):
            yield Found("backslash in a text", token.line)
        if token.token_type in (TokenType.MOD, TokenType.DCOLON) or token.text == "//":
            yield Found(f"operator {token.text}", token.line)


def _keeps_repeats(node: exp.Expression) -> bool:
    return isinstance(node, exp.Except | exp.Intersect) and not node.args.get("distinct")


def _is_wide_in(node: exp.Expression) -> bool:
    if not isinstance(node, exp.In) or not isinstance(node.this, exp.Tuple):
        return False
    query = node.args.get("query")
    return query is not None and len(query.unnest().selects) == len(node.this.expressions)


def _has_no_equality(node: exp.Expression) -> bool:
    if not isinstance(node, exp.Join) or not node.side or node.args.get("on") is None:
        return False
    condition = node.args["on"]
    parts = condition.flatten() if isinstance(condition, exp.And) else [condition]
    return not any(
        isinstance(part, exp.EQ) and _tables(part.left) != _tables(part.right) for part in parts
    )


def _tables(node: exp.Expression) -> set[str]:
    return {column.table for column in node.find_all(exp.Column)}


def _is_reserved(node: exp.Expression) -> bool:
    if not isinstance(node, exp.Identifier) or node.quoted:
        return False
    parent = node.parent
    # Behind a point any word may stand.
    is_behind_a_point = isinstance(parent, exp.Dot) or (
        isinstance(parent, exp.Column) and bool(parent.table) and parent.this is node
    )
    return node.name.lower() in _RESERVED and not is_behind_a_point


def _is_interval_range(node: exp.Expression) -> bool:
    return (
        isinstance(node, exp.WindowSpec)
        and node.text("kind").upper() == "RANGE"
        and node.find(exp.Interval) is not None
    )


def _counts_pairs(node: exp.Expression) -> bool:
    distinct = node.this if isinstance(node, exp.Count) else None
    return isinstance(distinct, exp.Distinct) and len(distinct.expressions) > 1


def _moves_date_by_interval(node: exp.Expression) -> bool:
    is_moved = isinstance(node, exp.Add | exp.Sub) and isinstance(node.right, exp.Interval)
    return is_moved and _kind(node.left) == "date"


def _subtracts_dates(node: exp.Expression) -> bool:
    return isinstance(node, exp.Sub) and _kind(node.left) == _kind(node.right) == "date"


def _writes_timestamp(node: exp.Expression) -> bool:
    return isinstance(node, exp.Cast) and node.is_type("text") and _kind(node.this) == "timestamp"


def _mixes_kinds(node: exp.Expression) -> bool:
    compared = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.Coalesce)
    kinds = {_kind(child) for child in node.iter_expressions()}
    return isinstance(node, compared) and kinds >= {"date", "timestamp"}


_CONSTRUCTS: dict[str, Callable[[exp.Expression], bool]] = {
    "aggregate filter (where ...)": lambda node: isinstance(node, exp.Filter),
    "except all": _keeps_repeats,
    "(a, b) in (select a, b ...)": _is_wide_in,
    "outer join without an equality": _has_no_equality,
    "values as a table": lambda node: isinstance(node, exp.Values),
    "lateral join": lambda node: isinstance(node, exp.Lateral),
    "range of an interval": _is_interval_range,
    "reserved word as a name": _is_reserved,
    "update without where": lambda node: (
        isinstance(node, exp.Update) and not node.args.get("where")
    ),
    "least() of what may be null": lambda node: isinstance(node, exp.Least),
    "greatest() of what may be null": lambda node: isinstance(node, exp.Greatest),
    "count(distinct a, b)": _counts_pairs,
    "timestamp as text": _writes_timestamp,
    "date + interval": _moves_date_by_interval,
    "date - date": _subtracts_dates,
    "date beside timestamp": _mixes_kinds,
}


def _kind(node: exp.Expression) -> str | None:
    """`date`, `timestamp` or none; columns are named for what they hold (see CONTRIBUTING.md)."""
    kind = None
    if isinstance(node, exp.Column):
        kind = {"date": "date", "at": "timestamp"}.get(node.name.rpartition("_")[2])
    elif isinstance(node, exp.Cast):
        kind = _KINDS.get(node.to.this.name)
    elif isinstance(node, exp.Coalesce):
        kind = next(filter(None, map(_kind, node.iter_expressions())), None)
    elif isinstance(node, exp.Paren):
        kind = _kind(node.this)
    elif isinstance(node, exp.Add | exp.Sub) and not isinstance(node.right, exp.Interval):
        kind = _kind(node.left)
    return kind


def _line(node: exp.Expression | None) -> int:
    """The first line a part of the node tells; where none does, its surroundings' first."""
    if node is None:
        return 1
    lines = [one.meta["line"] for one in node.walk() if "line" in one.meta]
    return min(lines) if lines else _line(node.parent)
