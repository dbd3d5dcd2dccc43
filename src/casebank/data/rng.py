"""Counter-based random numbers: a number is a pure function of what it is for.

``bits(stream, customer, month, index)`` hashes its arguments with the seed; nothing is drawn from a
running stream. So a customer's luck depends on nobody else: more customers, other chunks, one more
column or table, another policy, another order of calls, and every number that was there stays.
A new column takes a new stream name; a stream's name is never used for a second purpose.

The hash is the finaliser of SplitMix64 (Steele, Lea and Flood, 2014), applied after each argument
is mixed in. It is not for secrets; it is for reproducible worlds.

Nothing here calls ``exp``, ``log`` or ``pow``: their last digit differs between processors and
maths libraries, and a count or a threshold made from it would differ too. Normal numbers are sums
of four 16-bit integers, powers of two come from a table built with square roots, and everything
else is ``+ - * /`` and ``floor``, which IEEE 754 rounds alike everywhere.
"""

from __future__ import annotations

import hashlib
import math
from functools import cache, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

U64 = NDArray[np.uint64]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_M1 = 0xBF58476D1CE4E5B9
_M2 = 0x94D049BB133111EB
LOG2E = 1.4426950408889634
# A sum of four uniform 16-bit integers: mean 4 * 65535 / 2, variance 4 * (65536^2 - 1) / 12.
_MEAN4 = 4 * 65535 / 2
_SD4 = math.sqrt(4 * (65536**2 - 1) / 12)
MAX_COUNT = 50


def _mix_int(x: int) -> int:
    x = (x + _GOLDEN) & _MASK
    x = ((x ^ (x >> 30)) * _M1) & _MASK
    x = ((x ^ (x >> 27)) * _M2) & _MASK
    return x ^ (x >> 31)


def _mix(x: U64) -> U64:
    """SplitMix64's finaliser, in place on a fresh array."""
    x += np.uint64(_GOLDEN)
    x ^= x >> np.uint64(30)
    x *= np.uint64(_M1)
    x ^= x >> np.uint64(27)
    x *= np.uint64(_M2)
    x ^= x >> np.uint64(31)
    return x


@cache
def stream_key(seed: int, stream: str) -> int:
    """64 bits from the seed and the name of a stream."""
    name = int.from_bytes(hashlib.blake2b(stream.encode(), digest_size=8).digest(), "big")
    return _mix_int(_mix_int(seed & _MASK) ^ name)


class Rng:
    """Random numbers of one seed.

    Every method takes a stream (what the number is for), the customers' indices (counted from 0 in
    the whole bank, not in the chunk), the month, and an index within both.
    """

    def __init__(self, seed: int) -> None:
        self.seed = int(seed)

    def bits(self, stream: str, customer: ArrayLike, month: int = 0, index: ArrayLike = 0) -> U64:
        """64 random bits per customer (and index)."""
        key = np.uint64(stream_key(self.seed, stream))
        x = np.array(customer, dtype=np.uint64, ndmin=1)
        x ^= key
        x = _mix(x)
        counter = np.asarray(index, dtype=np.uint64) + np.uint64((month & 0xFFFF) << 32)
        return _mix(x ^ counter)

    def lanes(
        self, stream: str, customer: ArrayLike, month: int = 0, index: ArrayLike = 0
    ) -> tuple[I64, I64, I64, I64]:
        """Four independent integers in 0..65535 out of one hash."""
        x = self.bits(stream, customer, month, index)
        mask = np.uint64(0xFFFF)
        return tuple(((x >> np.uint64(s)) & mask).astype(np.int64) for s in (0, 16, 32, 48))  # type: ignore[return-value]

    def uniform(
        self, stream: str, customer: ArrayLike, month: int = 0, index: ArrayLike = 0
    ) -> F64:
        """Numbers in [0, 1) with 53 bits."""
        x = self.bits(stream, customer, month, index)
        return (x >> np.uint64(11)).astype(np.float64) * (1.0 / (1 << 53))

    def normal(self, stream: str, customer: ArrayLike, month: int = 0, index: ArrayLike = 0) -> F64:
        """Nearly normal numbers: mean 0, standard deviation 1, never beyond 3.47."""
        a, b, c, d = self.lanes(stream, customer, month, index)
        return ((a + b + c + d) - _MEAN4) / _SD4

    def happens(
        self, stream: str, customer: ArrayLike, chance: ArrayLike, month: int = 0
    ) -> NDArray[np.bool_]:
        """True with the given chance (compared as integers of 2^-32)."""
        x = (self.bits(stream, customer, month) >> np.uint64(32)).astype(np.int64)
        return x < np.floor(np.asarray(chance, dtype=np.float64) * 4294967296.0).astype(np.int64)

    def count(self, stream: str, customer: ArrayLike, rate: ArrayLike, month: int = 0) -> I64:
        """Poisson counts, at most MAX_COUNT."""
        return poisson(self.uniform(stream, customer, month), np.asarray(rate, dtype=np.float64))


@lru_cache(maxsize=1)
def _table() -> F64:
    """2**(k/1024) for k = 0..1024, out of square roots only."""
    roots = [2.0]
    for _ in range(10):
        roots.append(math.sqrt(roots[-1]))
    out = np.ones(1025)
    for k in range(1024):
        value = 1.0
        for bit in range(10):
            if k >> (9 - bit) & 1:
                value *= roots[bit + 1]
        out[k] = value
    out[1024] = 2.0
    return out


def exp2(x: ArrayLike) -> F64:
    """Two to the power of x, alike on every processor; relative error below 1e-7."""
    x = np.asarray(x, dtype=np.float64)
    whole = np.floor(x)
    place = (x - whole) * 1024.0
    # x - floor(x) rounds up to 1 for the tiniest negative x.
    k = np.minimum(np.floor(place).astype(np.int64), 1023)
    part = place - k
    table = _table()
    low = table[k]
    return np.ldexp(low + (table[k + 1] - low) * part, whole.astype(np.int32))


def poisson(u: F64, rate: F64) -> I64:
    """Invert the Poisson distribution at u."""
    rate = np.broadcast_to(rate, u.shape)
    p = exp2(-rate * LOG2E)
    total = p.copy()
    count = np.zeros(u.shape, dtype=np.int64)
    open_ = np.flatnonzero(u >= total)
    k = 0
    while len(open_) and k < MAX_COUNT:
        k += 1
        p[open_] = p[open_] * rate[open_] / k
        total[open_] += p[open_]
        count[open_] = k
        open_ = open_[u[open_] >= total[open_]]
    return count


def cumulate(weights: ArrayLike) -> I64:
    """Rows of integer weights, each adding up to 1000, as thresholds for :func:`pick`."""
    table = np.atleast_2d(np.asarray(weights, dtype=np.int64))
    if (table.sum(axis=1) != 1000).any():
        bad = int(np.flatnonzero(table.sum(axis=1) != 1000)[0])
        raise ValueError(f"row {bad} adds up to {int(table[bad].sum())}, not to 1000")
    return table.cumsum(axis=1) * 65536 // 1000


def pick(lane: I64, thresholds: I64, row: ArrayLike = 0) -> I64:
    """Choose a column of ``thresholds[row]`` by a number in 0..65535."""
    row = np.asarray(row)
    out = np.zeros(lane.shape, dtype=np.int64)
    for column in range(thresholds.shape[1] - 1):
        out += lane >= thresholds[row, column]
    return out
