"""Footers of Parquet files as plain values, so that files can be joined without decoding a page.

A footer is one struct in Thrift's compact protocol. A struct is a dict from field number to
(type, value), a list is (type of its elements, elements); what is not understood is kept as it is.
"""

from typing import Any

Struct = dict[int, tuple[int, Any]]

TRUE, FALSE, BYTE, SHORT, INT, LONG, DOUBLE, BINARY, LIST, STRUCT = 1, 2, 3, 4, 5, 6, 7, 8, 9, 12
_INTEGERS = (SHORT, INT, LONG)
# True and false are types: their values have no bytes.
_FIXED_BYTES = {TRUE: 0, FALSE: 0, BYTE: 1, DOUBLE: 8}
_LONG_LIST = _LARGEST_DELTA = 15
_SEVEN_BITS = 0x7F


def decoded(data: bytes) -> Struct:
    """The struct that begins with the first byte; ValueError or IndexError where none does."""
    return _Reader(data).struct()


def encoded(struct: Struct) -> bytes:
    """The bytes of a struct."""
    target = bytearray()
    _write_struct(target, struct)
    return bytes(target)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self) -> Struct:
        found: Struct = {}
        number = 0
        while header := self._byte():
            delta, kind = header >> 4, header & 0x0F
            number = number + delta if delta else self._integer()
            found[number] = (kind, self._value(kind))
        return found

    def _value(self, kind: int) -> Any:
        if kind in _INTEGERS:
            return self._integer()
        if kind == BINARY:
            return self._bytes(self._varint())
        if kind == STRUCT:
            return self.struct()
        if kind == LIST:
            return self._list()
        if kind not in _FIXED_BYTES:
            raise ValueError(f"a field of type {kind}, which no Parquet footer has")
        return self._bytes(_FIXED_BYTES[kind])

    def _list(self) -> tuple[int, list[Any]]:
        header = self._byte()
        count, kind = header >> 4, header & 0x0F
        if count == _LONG_LIST:
            count = self._varint()
        if kind in (TRUE, FALSE):
            raise ValueError("a list of truth values, which no Parquet footer has")
        return kind, [self._value(kind) for _ in range(count)]

    def _byte(self) -> int:
        value = self._data[self._at]
        self._at += 1
        return value

    def _bytes(self, count: int) -> bytes:
        value = self._data[self._at : self._at + count]
        self._at += count
        return value

    def _varint(self) -> int:
        value = shift = 0
        while (byte := self._byte()) & 0x80:
            value |= (byte & _SEVEN_BITS) << shift
            shift += 7
        return value | byte << shift

    def _integer(self) -> int:
        value = self._varint()
        return value >> 1 ^ -(value & 1)


def _write_struct(target: bytearray, struct: Struct) -> None:
    last = 0
    for number, (kind, value) in sorted(struct.items()):
        delta = number - last
        if 0 < delta <= _LARGEST_DELTA:
            target.append(delta << 4 | kind)
        else:
            target.append(kind)
            _write_integer(target, number)
        last = number
        _write_value(target, kind, value)
    target.append(0)


def _write_value(target: bytearray, kind: int, value: Any) -> None:
    if kind in _INTEGERS:
        _write_integer(target, value)
    elif kind == BINARY:
        _write_varint(target, len(value))
        target += value
    elif kind == STRUCT:
        _write_struct(target, value)
    elif kind == LIST:
        _write_list(target, *value)
    else:
        target += value


def _write_list(target: bytearray, kind: int, values: list[Any]) -> None:
    if len(values) < _LONG_LIST:
        target.append(len(values) << 4 | kind)
    else:
        target.append(_LONG_LIST << 4 | kind)
        _write_varint(target, len(values))
    for value in values:
        _write_value(target, kind, value)


def _write_integer(target: bytearray, value: int) -> None:
    _write_varint(target, value << 1 if value >= 0 else (-value << 1) - 1)


def _write_varint(target: bytearray, value: int) -> None:
    while value > _SEVEN_BITS:
        target.append(value & _SEVEN_BITS | 0x80)
        value >>= 7
    target.append(value)
