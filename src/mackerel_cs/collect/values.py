"""JSON values in a text, with the exact text of each: nothing is parsed and dumped again."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
# Where reading goes on after something that is no JSON: a line that opens an object or a list.
_FRESH_START = re.compile(r"^[{\[]", re.MULTILINE)
_INT64_DIGITS = 19


def _int(digits: str) -> int | str:
    """Numbers beyond 64 bits stay text: Python refuses very long ones, nothing counts in them."""
    return int(digits) if len(digits) <= _INT64_DIGITS else digits


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


_DECODER = json.JSONDecoder(parse_int=_int, parse_constant=_refuse)


@dataclass(frozen=True)
class Value:
    """A JSON value and the text it stands in; `text` may hold bytes that are no UTF-8, escaped."""

    text: str
    start: int
    end: int
    content: Any

    @property
    def source_text(self) -> str:
        """The value's own text."""
        return self.text[self.start : self.end]


@dataclass(frozen=True)
class Rubble:
    """A piece of text that is no JSON."""

    source_text: str


def values(text: str) -> Iterator[Value | Rubble]:
    """Values one after the other, with any white space or none between them.

    What cannot be read as JSON is handed on as one piece, up to the next line that opens a value.
    """
    position = _skip(text, 1 if text.startswith("\ufeff") else 0)
    while position < len(text):
        value = _value_at(text, position)
        if value is None:
            end = _next_start(text, position)
            yield Rubble(text[position:end].rstrip())
        else:
            yield value
            end = value.end
        position = _skip(text, end)


def members(value: Value) -> Iterator[tuple[str, Value]]:
    """Keys and values of an object as they stand in its text, repeated keys too."""
    text = value.text
    position = _skip(text, value.start + 1)
    while text[position] != "}":
        key, position = _DECODER.raw_decode(text, position)
        position = _skip(text, _skip(text, position) + 1)
        content, end = _DECODER.raw_decode(text, position)
        yield key, Value(text, position, end, content)
        position = _skip_comma(text, end)


def elements(value: Value) -> Iterator[Value]:
    """Elements of a list as they stand in its text."""
    text = value.text
    position = _skip(text, value.start + 1)
    while text[position] != "]":
        content, end = _DECODER.raw_decode(text, position)
        yield Value(text, position, end, content)
        position = _skip_comma(text, end)


def _value_at(text: str, position: int) -> Value | None:
    try:
        content, end = _DECODER.raw_decode(text, position)
    except (ValueError, RecursionError):
        return None
    return Value(text, position, end, content)


def _next_start(text: str, position: int) -> int:
    for match in _FRESH_START.finditer(text, position + 1):
        if _value_at(text, match.start()) is not None:
            return match.start()
    return len(text)


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _skip_comma(text: str, position: int) -> int:
    position = _skip(text, position)
    return _skip(text, position + 1) if text[position] == "," else position
