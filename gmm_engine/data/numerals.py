"""Numbers as people write them: 1,234.5 and 1.234,5, 12 %, $ 3.20, (42), 1 234.

The decimal mark of the column decides what "1,234" is; everywhere else the cell itself
tells. Cells are converted all at once by Arrow's linear-time expressions, outside Python.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gmm_engine.types import Array

_E = r"([eE][+-]?\d{1,4})?$"
_PLAIN = rf"^[+-]?(\d+\.?\d*|\.\d+){_E}"
_COMMA = rf"^[+-]?(\d+,\d*|,\d+){_E}"
_GAP = r"[\s\x{a0}\x{202f}\x{2009}]"
_UNIT = r"([$€£¥₹₽₺₩]|USD|EUR|GBP|CHF|JPY|CNY|INR)"
_INFINITE = r"(?i)^[+-]?(inf|infinity|∞)$"
_MISSING = r"(?i)^(|n/?a|nan|#n/a|null|none|nil|missing|-+|\.|\?)$"
_LONGEST = 120  # bytes; no longer cell is read as a number


def _grouped(mark: str, point: str) -> str:
    """Thousands separated by `mark`, with or without decimals after `point`."""
    return rf"^[+-]?\d{{1,3}}(\{mark}\d{{3}})+(\{point}\d*)?{_E}"


def _surely_grouped(mark: str, point: str) -> str:
    """The same where nothing else is possible: two groups, or one and a decimal point."""
    return rf"^[+-]?\d{{1,3}}((\{mark}\d{{3}})+\{point}\d*|(\{mark}\d{{3}}){{2,}}){_E}"


# By decimal mark: the notations in order of precedence, and the separator to remove from each.
_NOTATIONS: dict[str, tuple[tuple[str, str], ...]] = {
    ".": ((_PLAIN, ""), (_grouped(",", "."), ","), (_surely_grouped(".", ","), "."), (_COMMA, "")),
    ",": ((_grouped(".", ","), "."), (_PLAIN, ""), (_surely_grouped(",", "."), ","), (_COMMA, "")),
}
# Cells in which a mark can only be decimal: not three digits after it, four or a lone 0 before
# it, or groups of thousands by the other mark.
_PROOF = {
    mark: rf"^[^,.]*(\d\{other}\d{{3}})?\{mark}(\d{{1,2}}|\d{{4,}})([^\d,.].*)?$"
    rf"|^\D{{0,4}}(\d{{4,}}|0)\{mark}\d+\D{{0,4}}$"
    rf"|{_surely_grouped(other, mark)}"
    for mark, other in ((".", ","), (",", "."))
}
# What else may stand around a number, in order of removal.
_AROUND: tuple[tuple[str, str], ...] = (
    (r"^−", "-"),
    (r"^\((.*)\)$", r"-\1"),
    (rf"^([+-]?){_GAP}*{_UNIT}{_GAP}*([+-]?[\d.,])", r"\1\3"),
    (rf"(\d[.,]?){_GAP}*({_UNIT}|[%‰])$", r"\1"),
)
_SPACED = rf"^[+-]?\d{{1,3}}(({_GAP}|['’])\d{{3}})+([.,]\d*)?$"


def to_floats(cells: pa.Array, decimal: str) -> tuple[Array, Array]:
    """Numbers (n,) of text cells, NaN where there is none, and which cells are missing (n,).

    Parameters
    ----------
    cells : Arrow strings; null counts as missing, as do "n/a", "-", "null" and the like.
    decimal : "." or ",": what a single mark before three digits means.

    Examples
    --------
    >>> to_floats(pa.array(["1,234.5", "1.234,5", "12 %", "n/a", "tall"]), ".")[0].tolist()
    [1234.5, 1234.5, 12.0, nan, nan]
    """
    text = pc.utf8_trim_whitespace(cells.cast(pa.large_string()))
    text = pc.if_else(pc.greater(pc.binary_length(text), _LONGEST), "x", text)
    missing = _bools(pc.or_kleene(pc.is_null(text), pc.match_substring_regex(text, _MISSING)))
    numbers = _by_notation(text, decimal)
    worth = _bools(pc.match_substring_regex(text, r"\d|(?i:inf)|∞"))
    left = np.flatnonzero(np.isnan(numbers) & ~missing & worth)
    if left.size:
        numbers[left] = _bare(text.take(pa.array(left)), decimal)
    return numbers, missing


def decimal_votes(cells: pa.Array) -> Array:
    """For each cell (n,): 1 if it proves the decimal mark to be a point, -1 a comma, 0 neither."""
    text = pc.utf8_trim_whitespace(cells.cast(pa.large_string()))
    point, comma = (_bools(pc.match_substring_regex(text, _PROOF[mark])) for mark in (".", ","))
    return point.astype(np.int64) - comma


def decimal_mark(cells: pa.Array, default: str) -> str:
    """The decimal mark that most of the cells that prove one have, or the default."""
    proof = int(decimal_votes(cells).sum())
    return default if not proof else "." if proof > 0 else ","


def _bare(text: pa.Array, decimal: str) -> Array:
    """Numbers among cells with signs, brackets, units or spaces, which are taken off first."""
    infinite = _bools(pc.match_substring_regex(text, _INFINITE))
    for pattern, instead in _AROUND:
        text = pc.replace_substring_regex(text, pattern, instead)
    spaced = pc.match_substring_regex(text, _SPACED)
    text = pc.if_else(spaced, pc.replace_substring_regex(text, rf"{_GAP}|['’]", ""), text)
    endless = np.where(_bools(pc.starts_with(text, "-")), -np.inf, np.inf)
    return np.where(infinite, endless, _by_notation(text, decimal))


def _by_notation(text: pa.Array, decimal: str) -> Array:
    numbers = np.full(len(text), np.nan)
    left = np.arange(len(text))
    for pattern, separator in _NOTATIONS[decimal]:
        if not left.size:
            break
        fits = _bools(pc.match_substring_regex(text, pattern))
        if fits.any():
            numbers[left[fits]] = _cast(text.filter(pa.array(fits)), separator)
            left, text = left[~fits], text.filter(pa.array(~fits))
    return numbers


def _cast(text: pa.Array, separator: str) -> Array:
    """float64 of cells that hold a number once `separator` is gone and commas are points."""
    if separator:
        text = pc.replace_substring(text, separator, "")
    text = pc.replace_substring(pc.ascii_ltrim(text, "+"), ",", ".")
    return np.asarray(pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False), np.float64)


def _bools(mask: Any) -> Array:
    return np.asarray(pc.fill_null(mask, False).to_numpy(zero_copy_only=False), bool)
