"""Any JSON at all comes through `collect` as it was; any bytes at all come through somehow."""

import base64
import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import settings as configured
from hypothesis import strategies as st

from mackerel_cs.collect.envelopes import Envelopes
from mackerel_cs.collect.payloads import payloads
from mackerel_cs.collect.values import Rubble, Value, elements, members, values

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip
OBJECTS = st.dictionaries(st.text(), JSON, max_size=3)
LAYOUT = st.sampled_from([None, 0, 2])
AT = datetime(2026, 3, 1, tzinfo=UTC)


def as_lines(text: str) -> list[str]:
    envelopes = Envelopes(AT, "org")
    return [envelopes.line(payload) for value in values(text) for payload in payloads(value, None)]


@configured(max_examples=150, deadline=None)
@given(
    bodies=st.lists(OBJECTS, max_size=3),
    indent=LAYOUT,
    is_ascii=st.booleans(),
    between=st.sampled_from(["", "\n", " \r\n"]),
)
def test_bodies_come_out_as_they_went_in(
    bodies: list[dict[str, object]], indent: int | None, is_ascii: bool, between: str
) -> None:
    written = [
        json.dumps({"event": "x"} | body | {"event": "alert"}, indent=indent, ensure_ascii=is_ascii)
        for body in bodies
    ]
    lines = as_lines(between.join(written))
    assert [line.split('"data":', 1)[1][:-1] for line in lines] == [
        text.replace("\n", "") for text in written
    ]
    assert all("\n" not in line for line in lines)
    for line in lines:
        assert json.loads(line)["type"] == "io.mackerel.webhook.alert"


@configured(max_examples=100, deadline=None)
@given(objects=st.lists(OBJECTS, max_size=3), indent=LAYOUT)
def test_objects_of_a_response_come_out_one_by_one(
    objects: list[dict[str, object]], indent: int | None
) -> None:
    lines = as_lines(json.dumps({"nextId": "1", "hosts": objects}, indent=indent))
    assert [json.loads(line)["data"] for line in lines] == objects


@configured(max_examples=150, deadline=None)
@given(JSON, LAYOUT)
def test_members_and_elements_are_the_parsed_ones(content: object, indent: int | None) -> None:
    (value,) = values(json.dumps(content, indent=indent))
    assert isinstance(value, Value)
    if isinstance(content, dict):
        found = {key: json.loads(member.source_text) for key, member in members(value)}
        assert found == content
    if isinstance(content, list):
        assert [json.loads(element.source_text) for element in elements(value)] == content


@configured(max_examples=150, deadline=None)
@given(
    st.just(b'{"event":"\\ud800"}')
    | st.binary(max_size=300)
    | st.lists(
        st.sampled_from(
            [b'{"event":"a"}', b"{", b"}", b"[", b"]", b'"', b"\n", b",", b"\xff", b"1"]
        ),
        max_size=40,
    ).map(b"".join)
)
def test_no_byte_but_white_space_is_lost(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    pieces = []
    for value in values(text):
        assert isinstance(value, Rubble | Value)
        pieces.append(value.source_text)
    assert "".join("".join(pieces).split()) == "".join(text.removeprefix("\ufeff").split())
    for line in as_lines(text):
        event = json.loads(line)
        assert line.count("\n") == 0
        assert ("data" in event) != ("data_base64" in event)
        base64.b64decode(event.get("data_base64", ""), validate=True)
