"""Damage to files: case number i of a seed is always the same bytes."""

from __future__ import annotations

import numpy as np

NUMBERS = (
    b"0",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"4294967295",
    b"NaN",
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
)


def damaged(seeds: list[bytes], tokens: list[bytes], case: int, largest: int) -> bytes:
    """One of `seeds` after one to eight random edits, at most `largest` bytes long."""
    rng = np.random.default_rng([20_061, case])
    data = bytearray(seeds[rng.integers(len(seeds))])
    for _ in range(rng.integers(1, 9)):
        EDITS[rng.integers(len(EDITS))](data, rng, seeds, tokens)
    return bytes(data[:largest])


def _place(data: bytearray, rng: np.random.Generator) -> int:
    """Any place, the beginning more often: headers are where readers decide."""
    end = len(data) if rng.random() < 0.6 else min(len(data), 64)
    return int(rng.integers(end + 1))


def _flip(data, rng, seeds, tokens):
    if data:
        i = min(_place(data, rng), len(data) - 1)
        data[i] ^= 1 << int(rng.integers(8))


def _overwrite(data, rng, seeds, tokens):
    i = _place(data, rng)
    data[i : i + 4] = rng.bytes(int(rng.integers(1, 5)))


def _insert(data, rng, seeds, tokens):
    i = _place(data, rng)
    choice = (tokens or list(NUMBERS)) if rng.random() < 0.8 else list(NUMBERS)
    data[i:i] = choice[rng.integers(len(choice))] * int(rng.choice([1, 1, 1, 2, 50]))


def _delete(data, rng, seeds, tokens):
    i = _place(data, rng)
    del data[i : i + int(rng.integers(1, 40))]


def _repeat(data, rng, seeds, tokens):
    i, n = _place(data, rng), int(rng.integers(1, 60))
    data[i:i] = data[i : i + n] * int(rng.integers(1, 30))


def _cut(data, rng, seeds, tokens):
    del data[_place(data, rng) :]


def _splice(data, rng, seeds, tokens):
    other = seeds[rng.integers(len(seeds))]
    start = int(rng.integers(len(other) + 1))
    data[_place(data, rng) :] = other[start:]


EDITS = (_flip, _flip, _overwrite, _insert, _insert, _delete, _repeat, _cut, _splice)
