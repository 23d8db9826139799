"""Chance that depends on a key only: same key, same draw, on any machine, in any order.

Two forms. `uniform` hashes whole arrays of keys (SplitMix64's finalizer, Steele et al. 2014), so
that a draw for (host, day) does not depend on which other hosts and days are drawn; NumPy's own
generators would need one object a key. `Dice` is a NumPy Philox stream for one key, for what is
drawn one by one.
"""

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Reals = npt.NDArray[np.float64]
Item = TypeVar("Item")

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_POOL = 512


def _mix(values: Keys) -> Keys:
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return values ^ (values >> np.uint64(31))


def hashed(seed: int, *parts: npt.ArrayLike) -> Keys:
    """64 well-mixed bits for each key; parts broadcast against each other."""
    mixed = _mix(np.atleast_1d(np.asarray(seed, dtype=np.uint64)) + _GOLDEN)
    for part in parts:
        mixed = _mix((mixed ^ np.asarray(part).astype(np.uint64)) * _GOLDEN + _GOLDEN)
    return mixed


def uniform(seed: int, *parts: npt.ArrayLike) -> Reals:
    """A number in [0, 1) for each key."""
    return (hashed(seed, *parts) >> np.uint64(11)).astype(np.float64) * 2.0**-53


class Dice:
    """One stream of draws for one key."""

    def __init__(self, seed: int, stream: int, key: int) -> None:
        """`stream` keeps apart what the same key is used for."""
        words = hashed(seed, [stream, stream + 1_000_003], key)
        self._generator = np.random.Generator(np.random.Philox(key=words))
        self._pool: list[float] = []

    def unit(self) -> float:
        """A number in [0, 1)."""
        if not self._pool:
            self._pool = self._generator.random(_POOL).tolist()
        return self._pool.pop()

    def chance(self, probability: float) -> bool:
        """Whether something of that probability happens."""
        return self.unit() < probability

    def between(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self.unit()

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int((high - low + 1) * self.unit())

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[int(len(items) * self.unit())]

    def weighted(self, weights: dict[Item, float]) -> Item:
        """A key of the weights, in proportion to them."""
        left = self.unit() * sum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        return item

    def wait(self, mean: float) -> float:
        """An exponential waiting time."""
        return -mean * math.log1p(-self.unit())

    def count(self, mean: float) -> int:
        """A Poisson count by inversion; means up to a few hundred."""
        left, term, number = self.unit(), math.exp(-mean), 0
        while left >= term > 0:
            left -= term
            number += 1
            term *= mean / number
        return number

    def spread(self, median: float, sigma: float) -> float:
        """A log-normal number."""
        return median * math.exp(sigma * float(self._generator.standard_normal()))
