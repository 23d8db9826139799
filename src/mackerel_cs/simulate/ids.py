"""Mackerel ids: a snowflake in Flickr base58, 11 characters, that decodes to its creation time.

`ms = (n >> 22) + 1288834974657`, checked against real ids whose second is known (domain notes).
"""

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from mackerel_cs.simulate.randomness import Keys

ALPHABET = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
EPOCH_MS = 1288834974657
LENGTH = 11
_LOW_BITS = 22
_LOW_MASK = (1 << _LOW_BITS) - 1
_BASE = len(ALPHABET)
_LETTERS = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)


def snowflake(ms: int, key: int) -> str:
    """The id of something made at `ms`; `key` tells apart what is made in the same millisecond."""
    number = ((ms - EPOCH_MS) << _LOW_BITS) | (key & _LOW_MASK)
    letters = []
    for _ in range(LENGTH):
        number, digit = divmod(number, _BASE)
        letters.append(ALPHABET[digit])
    return "".join(reversed(letters))


def created_ms(identity: str) -> int:
    """The creation time an id tells, in milliseconds since 1970."""
    number = 0
    for letter in identity:
        number = number * _BASE + ALPHABET.index(letter)
    return (number >> _LOW_BITS) + EPOCH_MS


def snowflakes(ms: npt.NDArray[np.int64], keys: Keys) -> pl.Series:
    """`snowflake` for whole arrays."""
    numbers = ((ms - EPOCH_MS).astype(np.uint64) << np.uint64(_LOW_BITS)) | (
        keys & np.uint64(_LOW_MASK)
    )
    letters = np.empty((len(numbers), LENGTH), dtype=np.uint8)
    for place in range(LENGTH - 1, -1, -1):
        numbers, digits = np.divmod(numbers, np.uint64(_BASE))
        letters[:, place] = _LETTERS[digits]
    offsets = np.arange(0, (len(letters) + 1) * LENGTH, LENGTH, dtype=np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(letters.reshape(-1))]
    return pl.Series(pa.LargeStringArray.from_buffers(len(letters), buffers[1], buffers[2]))
