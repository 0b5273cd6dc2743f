"""A figure as JSON, quickly: what Plotly's own writer copies twice is read where it lies."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio

SHORT = {
    "int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2",
    "int32": "i4", "uint32": "u4", "float32": "f4", "float64": "f8",
}  # fmt: skip
NARROWER = ("int8", "int16", "int32")
MEMO = "_spelled"


def spelled(fig: go.Figure) -> bytes:
    """The figure as JSON (UTF-8), kept with it: a figure that was spelled must not change any more.

    Arrays of numbers become base64, as Plotly's reader knows them. What this writer does not know is
    left to Plotly's own.

    Examples
    --------
    >>> fig = go.Figure({"data": [{"type": "scatter", "y": np.float32([1, 2])}]})
    >>> b'"bdata":"AACAPwAAAEA="' in spelled(fig)
    True
    """
    kept = vars(fig).get(MEMO)
    if kept is None:
        kept = vars(fig)[MEMO] = _written(fig)
    return bytes(kept)


def _written(fig: go.Figure) -> bytes:
    # `to_dict` copies every list and array of a figure, and goes through all of them once more.
    parts = {"data": fig._data, "layout": fig._layout}
    try:
        return json.dumps(parts, default=_plain, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError):  # an unknown type; a NaN in a list
        written: str = pio.to_json(fig, validate=False)
        return written.encode()


def _plain(value: Any) -> Any:
    """What stands in JSON for an array or a number of numpy's; anything else is unknown here."""
    if isinstance(value, np.generic):
        return value.item()
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iufUb":
        raise TypeError(f"not known here: {type(value)}")
    if value.dtype.kind in "Ub" or not value.size:
        return value.tolist()
    numbers = _narrow(value)
    if numbers.dtype.name not in SHORT:
        return value.tolist()
    typed = {"dtype": SHORT[numbers.dtype.name], "bdata": base64.b64encode(numbers.tobytes()).decode("ascii")}
    return typed | ({"shape": ", ".join(map(str, value.shape))} if value.ndim > 1 else {})


def _narrow(value: np.ndarray) -> np.ndarray:
    """Browsers know no integers of 64 bits: the narrowest type that holds them."""
    if value.dtype.kind not in "iu" or value.itemsize < 8:
        return value
    low, high = int(value.min()), int(value.max())
    for name in NARROWER:
        if np.iinfo(name).min <= low and high <= np.iinfo(name).max:
            return value.astype(name)
    return value
