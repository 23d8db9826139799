"""Cases for the engine macros: rows, and for each macro queries over them in the project's SQL.

A query is rendered for each engine and must give both the same rows. It reads the relations below;
`k` numbers their rows.
"""

import re
from datetime import UTC, date, datetime

import pyarrow as pa

from conftest import REPOSITORY

_DISPATCHED = re.compile(r"adapter\.dispatch\('(\w+)', 'mackerel_cs'\)")

_DOCUMENTS = [
    '{"a":"12","b":12,"c":1.5,"d":true,"e":{"x":"y"},"f":["p","q"],"g":[{"n":"1","m":7},{"n":"2"}]}',
    '{"a":12,"b":"12","c":"1.5","d":"true","e":{"x":5,"z":[1,2]},"f":["p",null,3],"g":[]}',
    '{"a":1.5,"b":1.5,"c":2,"d":false,"e":{},"f":[],"g":[{"m":"8"}]}',
    '{"a":true,"b":2.5,"c":-1.5,"d":null,"e":null,"f":null,"g":null}',
    '{"a":null,"b":null,"c":null,"d":0,"e":"x","f":"p","g":{}}',
    '{"a":{"x":"y"},"b":99999999999999999999,"c":true,"d":1,"e":{"x":null},"f":{"n":"1"},"g":"1"}',
    '{"a":"日本 \\" \\\\ / \\n","b":9007199254740993,"c":-0.25,"d":"no","e":{"x":"{\\"y\\":1}"}}',
    '{"a":"{\\"x\\":{\\"y\\":1}}","b":-7,"c":0}',
    '{"b":9223372036854775808,"g":[{"n":"1","m":6},null,"x",{"m":99999999999999999999},{"m":2.5}]}',
    '{"b":-9223372036854775809,"g":[7,{"n":{"o":1}}],"f":[{"n":1},[2]]}',
    '{"a.b":1,"a-b":{"c-d":"e"}, "data" : { "u" : 1, "v" : {"w":2} } }',
    '{"data":{},"a":""}',
    '{"data":null}',
    '{"data":"{\\"u\\":1}"}',
    '{"data":[1]}',
    '{"web":["db","app"],"api":[],"batch":["x"]}',
    '{"EC2":{"enable":true},"RDS":{"enable":false},"ALB":{"enable":true,"x":1},"S3":{}}',
    '[{"fullname":"a: b","id":"1"},{"id":"2"},{"fullname":"c:d","id":null}]',
    '["a","b"]',
    "[]",
    "{}",
    "12",
    '"text"',
    "true",
    None,
]
# Lines as they come: some are no JSON.
_LINES = [
    *_DOCUMENTS,
    "null",
    " null ",
    "",
    " ",
    "{",
    '{"a":1',
    '{"a":1}}',
    '{"a":1} x',
    '{"a":1}{"a":2}',
    "1,2",
    '1,"2"',
    "{'a':1}",
    "{a:1}",
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":"\t"}',
    '{"a":"\\x"}',
    '/*c*/{"a":1}',
    '\ufeff{"a":1}',
    '\u00a0{"a":1}',
    ' {"a":1} ',
    "nul",
    "-",
    "2026-01-01 text",
    '{"a":1,"a":2,"data":{"b":1}}',
    '{"a":1,"data":{"b":1,"c":2,"b":3}}',
    '{"a":1,"data":{"b":{"c":1,"c":2}}}',
    '{"a":"\\ud83d\\ude00"}',
]
_SHAPES = [
    '{"a":1,"b":{"c":1,"d":{"e":2}},"f":[{"g":1}],"h":"text","i":null}',
    '{"requestBody":"{\\"a\\":1}","data":{"requestBody":"{\\"a\\":1}"}}',
    '{"日本":{"語":1},"a":{}}',
    "{}",
    None,
]
_TIMES = [
    "2026-03-01T02:03:05z",
    "2026-03-01t02:03:05Z",
    "2026-03-01T02:03:05.123456789Z",
    "2026-03-01T02:03:05.9999999Z",
    "2026-03-01T02:03:05 +09:00",
    "2026-03-01T02:03:60Z",
    "2026-03-01T02:03:05+09:00Z",
    "2026-03-01T02:03:05-00:00",
    "2026-03-01T02:03:05.Z",
    "2026-03-01T02:03:05Z",
    "2026-03-01T02:03:05.1Z",
    "2026-03-01T02:03:05.123456Z",
    "2026-03-01T02:03:05+09:00",
    "2026-03-01T02:03:05.5-03:30",
    "2026-03-01t02:03:05z",
    "2026-02-30T02:03:05Z",
    "2026-03-01T25:03:05Z",
    "2026-03-01T02:60:05Z",
    "2026-03-01T02:03:05",
    "2026-03-01 02:03:05Z",
    "2026-03-01",
    "2026-03-01T02:03Z",
    "2026-03-01T02:03:05+0900",
    "2026-03-01T02:03:05Asia/Tokyo",
    "1969-12-31T23:59:59Z",
    "9999-12-31T23:59:59Z",
    "x2026-03-01T02:03:05Z",
    "",
    "yesterday",
    None,
]
_MOMENTS = [
    datetime(2026, 3, 1, 14, 59, 59, 999_999, UTC),
    datetime(2026, 3, 1, 15, 0, tzinfo=UTC),
    datetime(2024, 2, 29, 0, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, 500_000, UTC),
    datetime(2015, 6, 30, 12, 0, 0, 1, UTC),
    None,
]
_DATES = [date(2026, 3, 1), date(2024, 2, 29), date(2026, 12, 31), date(1999, 1, 1), None]
_NUMBERS = [0, 1, 1_772_330_585, 253_402_300_799, 253_402_300_800, 1_772_330_585_123, -1, None]
_IDS = [
    "2wpLU5fBXbG",
    "4YX9yfZDEeH",
    "11111111111",
    "zzzzzzzzz",
    "ZZZZZZZZZZZ",
    "short",
    "0OIl00000",
    None,
]
_LISTS = [["b", None, "a", "c"], ["a", "a"], ["日本", "Z", "a", ""], [], ["x"], None]
_WORDS = [
    ("g", "b"),
    ("g", "a"),
    ("g", "b"),
    ("h", None),
    ("i", "Z"),
    ("i", "a"),
    ("i", "あ"),
    ("j", ""),
]
_TEXTS = ["a,b,c", "a,b,a", "", "a", ",", "日本", "it's", 'say "x"\\n', None]

RELATIONS = {
    "documents": pa.table({"k": range(len(_DOCUMENTS)), "doc": pa.array(_DOCUMENTS, pa.string())}),
    "lines": pa.table({"k": range(len(_LINES)), "line": pa.array(_LINES, pa.string())}),
    # As landing hands on an event's data: an object, without blanks between its parts.
    "shapes": pa.table({"k": range(len(_SHAPES)), "doc": pa.array(_SHAPES, pa.string())}),
    "times": pa.table({"k": range(len(_TIMES)), "told": pa.array(_TIMES, pa.string())}),
    "moments": pa.table(
        {
            "k": [*range(len(_MOMENTS) ** 2)],
            "happened_at": pa.array(
                [one for one in _MOMENTS for _ in _MOMENTS], pa.timestamp("us", "UTC")
            ),
            "later_at": pa.array([*_MOMENTS] * len(_MOMENTS), pa.timestamp("us", "UTC")),
        }
    ),
    "dates": pa.table(
        {
            "k": [*range(len(_DATES) ** 2)],
            "on_date": pa.array([one for one in _DATES for _ in _DATES], pa.date32()),
            "other_date": pa.array([*_DATES] * len(_DATES), pa.date32()),
        }
    ),
    "numbers": pa.table({"k": range(len(_NUMBERS)), "n": pa.array(_NUMBERS, pa.int64())}),
    "ids": pa.table({"k": range(len(_IDS)), "id": pa.array(_IDS, pa.string())}),
    "lists": pa.table({"k": range(len(_LISTS)), "texts": pa.array(_LISTS, pa.list_(pa.string()))}),
    "words": pa.table(
        {
            "k": range(len(_WORDS)),
            "owner": [owner for owner, _ in _WORDS],
            "word": pa.array([word for _, word in _WORDS], pa.string()),
        }
    ),
    "texts": pa.table({"k": range(len(_TEXTS)), "text": pa.array(_TEXTS, pa.string())}),
}

_STRUCT = (
    "{{ json_struct('doc', {'a': 'string', 'b': 'bigint', 'c': 'double', 'd': 'boolean', "
    "'e': {'x': 'string'}, 'f': ['string'], 'g': [{'n': 'string', 'm': 'bigint'}]}) }}"
)
# By macro, a query. Where documents are not JSON, models ask is_json() first.
CASES = {
    "hashed_text": "select k, {{ hashed_text('text') }} from texts",
    "json_struct": f"""
        select
            k, parsed.a, parsed.b, parsed.c, parsed.d, parsed.e.x,
            {{{{ list_to_text('parsed.f') }}}},
            {{{{ list_length('parsed.g') }}}}, {{{{ list_element('parsed.g', 1) }}}}.n,
            {{{{ list_element('parsed.g', 1) }}}}.m
        from (select k, {_STRUCT} as parsed from documents) as found
    """,
    "json_quoted": "select k, cast({{ json_quoted('text') }} as string) from texts",
    "json_text": """
        select k, {{ json_text('doc', '$.a') }}, {{ json_text('doc', '$.e.x') }},
            {{ json_text('doc', '$.a-b.c-d') }}
        from documents
    """,
    "is_json_object": """
        select k, {{ is_json_object('doc') }}, {{ is_json_object('doc', 'data') }} from documents
    """,
    "is_json": "select k, {{ is_json('line') }} from lines where line is not null",
    "json_key_lists": """
        select k, {{ json_key_lists('doc', 'data') }} from documents where doc is not null
    """,
    "json_key_list": """
        select k, {{ json_key_list('listed', 1) }}, {{ list_length(json_key_list('listed', 2)) }}
        from (
            select k, {{ json_key_lists('doc', 'data') }} as listed from documents
            where doc is not null
        ) as found
    """,
    "has_repeated_key": """
        select k, {{ has_repeated_key('line', 'data') }} from (
            select k, case when {{ is_json('line') }} then line end as line from lines
        ) as sound
        where {{ is_json_object('line') }} and {{ is_json_object('line', 'data') }}
    """,
    "json_string_list": """
        select k, {{ json_string_list('doc') }}, {{ json_string_list('doc', '$.f') }} from documents
    """,
    "json_role_fullnames": "select k, {{ json_role_fullnames('doc') }} from documents",
    "json_field_list": "select k, {{ json_field_list('doc', 'fullname') }} from documents",
    "json_keys_where": "select k, {{ json_keys_where('doc', 'enable') }} from documents",
    "json_object_keys": "select k, {{ json_object_keys('doc') }} from documents",
    "json_inner_keys": """
        select k, {{ json_inner_keys('doc') }}
        from shapes
    """,
    "key_paths": """
        select k, paths.field_path
        from (
            select
                k,
                {{ json_object_keys('doc') }} as keys,
                {{ json_inner_keys('doc') }} as inner_keys
            from shapes
        ) as listed
        {{ unnest_list(key_paths('keys', 'inner_keys'), 'paths', 'field_path') }}
    """,
    "unnest_list": "select k, found.text from lists {{ unnest_list('texts', 'found', 'text') }}",
    "unnest_numbered_list": """
        select k, found.text, found.place
        from lists {{ unnest_numbered_list('texts', 'found', 'text', 'place') }}
    """,
    "unnest_dates": """
        select k, days.day_date
        from (
            select k, on_date, {{ days_after('on_date', 'k - 2') }} as last_date from dates
        ) as spans
        {{ unnest_dates('on_date', 'last_date', 'days', 'day_date') }}
    """,
    # No macro of an engine's: what it says is exact must be so on each.
    "rounded_ratio": """
        select k, {{ rounded_ratio('n', 'k + 1') }}, {{ rounded_ratio('-7 * n', '2 * k + 2') }},
            {{ rounded_ratio('k - 4', '2') }}
        from numbers
    """,
    "unnest_rows": """
        select k, parts.place, parts.part
        from lists {{ unnest_rows([
            {'place': 1, 'part': 'cast(k as bigint)'},
            {'place': 2, 'part': 'cast(10 * k as bigint)'},
        ], 'parts') }}
    """,
    "joined_texts": "select owner, {{ joined_texts('word') }} from words group by owner",
    "joined_lines": "select owner, {{ joined_lines('word', 'k') }} from words group by owner",
    "list_element": """
        select k, {{ list_element('texts', 1) }}, {{ list_element('texts', 3) }} from lists
    """,
    "list_length": "select k, {{ list_length('texts') }} from lists",
    "list_to_text": "select k, {{ list_to_text('texts') }} from lists",
    "last_known_value": """
        select k, {{ last_known_value("nullif(word, 'b')", 'order by k') }} from words
    """,
    "list_sorted": "select k, {{ list_sorted('texts') }} from lists",
    "has_repeated_element": "select k, {{ has_repeated_element('text') }} from texts",
    "parse_timestamp": "select k, {{ parse_timestamp('told') }} from times",
    "from_epoch_seconds": "select k, {{ from_epoch_seconds('n') }} from numbers",
    "from_epoch_milliseconds": "select k, {{ from_epoch_milliseconds('n') }} from numbers",
    "business_date": "select k, {{ business_date('happened_at') }} from moments",
    "business_day_start": """
        select
            k,
            {{ business_day_start('on_date') }},
            {{ business_day_start("on_date + interval '1' day") }}
        from dates
    """,
    "days_between": "select k, {{ days_between('on_date', 'other_date') }} from dates",
    "seconds_between": "select k, {{ seconds_between('happened_at', 'later_at') }} from moments",
    "iso_weekday": "select k, {{ iso_weekday('on_date') }} from dates",
    "mackerel_id_created_at": "select k, {{ mackerel_id_created_at('id') }} from ids",
    "text_part": """
        select
            k, {{ text_part('text', ',', 1) }}, {{ text_part('text', ',', 2) }},
            {{ text_part('text', ',', -1) }}
        from texts
    """,
    "cast_or_null": """
        select k, {{ cast_or_null('told', 'date') }} from times where told like '____-__-__'
    """,
    "least_known": "select k, {{ least_known('happened_at', 'later_at') }} from moments",
    "days_after": "select k, {{ days_after('on_date', 'k') }} from dates",
}
# What changes tables or reads files is no expression: test_spark.py builds with it on both engines.
BUILT_WITH = {
    "all_or_none",
    "ask_before",
    "asked_before",
    "build_variable",
    "delete_matching",
    "find_raw_files",
    "is_recorded",
    "number_raw_lines",
    "prepare_raw_lines",
    "primary_key_clause",
    "raw_lines",
    "require_whole_files",
    "statements",
    "table_format_clause",
}


def dispatched() -> dict[str, str]:
    """Macro by name that engines spell differently, with the text of the file it stands in."""
    texts = [path.read_text() for path in (REPOSITORY / "macros").rglob("*.sql")]
    return {name: text for text in texts for name in _DISPATCHED.findall(text)}
