"""Damage to files: case number i of a seed is always the same bytes."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np

from tests.fuzz.sums import corrected, members, packed

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


def damaged_media(seeds: list[bytes], tokens: list[bytes], case: int, largest: int) -> bytes:
    """Every other case is a file in which one or two places changed and all checksums are right."""
    if case % 2:
        return damaged(seeds, tokens, case, largest)
    rng = np.random.default_rng([20_063, case])
    data = bytearray(seeds[rng.integers(len(seeds))])
    for _ in range(rng.integers(1, 3)):
        GENTLE[rng.integers(len(GENTLE))](data, rng, seeds, tokens)
    return corrected(bytes(data[:largest]))


def damaged_zip(seeds: list[bytes], tokens: list[bytes], case: int, largest: int) -> bytes:
    """Every other case is a sound archive in which one file is damaged."""
    if case % 2:
        return damaged(seeds, tokens, case, largest)
    rng = np.random.default_rng([20_064, case])
    files = members(seeds[rng.integers(len(seeds))])
    name = list(files)[rng.integers(len(files))]
    data = bytearray(files[name])
    for _ in range(rng.integers(1, 4)):
        EDITS[rng.integers(len(EDITS))](data, rng, list(files.values()), tokens)
    return packed(files | {name: bytes(data)})[:largest]


def damaged_json(seeds: list[bytes], tokens: list[bytes], case: int, largest: int) -> bytes:
    """Every other case is sound JSON in which one to three values have become something else."""
    if case % 2:
        return damaged(seeds, tokens, case, largest)
    rng = np.random.default_rng([20_062, case])
    document = json.loads(seeds[rng.integers(len(seeds))])
    for _ in range(rng.integers(1, 4)):
        holder, key = _some_place(document, rng)
        if rng.random() < 0.15:
            del holder[key]
        else:
            holder[key] = _nasty(holder[key], rng)
    return json.dumps(document).encode()[:largest]


def _some_place(document: Any, rng: np.random.Generator) -> tuple[Any, Any]:
    """A list or dict of the document and one of its keys, at a random depth."""
    holder = document
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = keys[rng.integers(len(keys))]
        inner = holder[key]
        if not isinstance(inner, list | dict) or not inner or rng.random() < 0.3:
            return holder, key
        holder = inner


def _nasty(value: Any, rng: np.random.Generator) -> Any:
    strange = [
        None,
        True,
        "x",
        "",
        {},
        [],
        [[]],
        0,
        -1,
        1e308,
        -1e308,
        1e-320,
        float("nan"),
        float("inf"),
        10**400,
    ]
    strange += [[value], [value, value], {"a": value}, str(value), "full", "VVV", [0] * 300, 2**63, 0.5]
    return copy.deepcopy(strange[rng.integers(len(strange))])


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


def _paint(data, rng, seeds, tokens):
    """Other bytes in the same room."""
    new = rng.bytes(int(rng.integers(1, 5)))
    i = min(_place(data, rng), max(len(data) - len(new), 0))
    data[i : i + len(new)] = new


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
GENTLE = (_flip, _paint)
