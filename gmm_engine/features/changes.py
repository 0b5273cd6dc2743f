"""Another view of a series: differences, returns, logarithms, without its season."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.features.season import filled, find_season, slot_means
from gmm_engine.features.series import Series
from gmm_engine.types import Array


def _difference(values: Array) -> Array:
    return np.concatenate([np.full((1, values.shape[1]), np.nan), np.diff(values, axis=0)])


def _log(values: Array) -> Array:
    if np.nanmin(values) <= 0:
        raise DataError(
            f"Logarithms and returns need positive values; the smallest is {np.nanmin(values):g}. "
            "Use differences instead."
        )
    return np.log(values)


CHANGES: dict[str, tuple[Callable[[Array], Array], str]] = {
    "values": (lambda values: values, "{}"),
    "differences": (_difference, "change of {}"),
    "returns": (lambda values: 100 * _difference(_log(values)), "return of {} (%)"),
    "logarithms": (_log, "log {}"),
}


def changed(series: Series, how: str, *, adjust: bool = False) -> Series:
    """The series as values, differences, returns (in per cent) or logarithms.

    Parameters
    ----------
    how : one of `CHANGES`.
    adjust : whether to take off the mean of each place in the season.

    Raises
    ------
    DataError
        Logarithms or returns of values that are not positive.
    """
    change, words = CHANGES[how]
    values = change(series.values)
    names = tuple(words.format(name) for name in series.columns)
    series = replace(series, values=values, columns=names)
    return _adjusted(series) if adjust else series


def _adjusted(series: Series) -> Series:
    values, notes = series.values.copy(), list(series.notes)
    for f, name in enumerate(series.columns):
        season = find_season(values[:, f])
        if season == 1:
            notes.append(f"No season was found in {name}; nothing was taken off.")
            continue
        pattern = slot_means(filled(values[:, f]), season)
        values[:, f] -= pattern[np.arange(len(values)) % season]
        notes.append(f"A season of {season} rows was taken off {name}.")
    return replace(series, values=values, notes=tuple(notes))
