"""Rows of a table in the picture that suits them: histogram of one column, scatter of two."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from gmm_engine.figures import model, scatter, univariate, words
from gmm_engine.types import Array


def picture(
    X: Array,
    names: Sequence[str],
    parts: model.Parts | None = None,
    *,
    columns: tuple[int, int] = (0, 1),
    labels: Array | None = None,
    responsibilities: Array | None = None,
    called: Sequence[str] | None = None,
    height: int = 440,
) -> go.Figure:
    """Histogram with curves if X (n, d) has one column, else a scatter of two with ellipses.

    Parameters
    ----------
    X : (n, d) rows.
    names : the d columns' names.
    parts : the mixture to draw over them, None for the rows alone.
    columns : which two to show.
    labels, responsibilities : colours, as for `scatter.points`.
    called : names of the components in a scatter's legend.

    Examples
    --------
    >>> import numpy as np
    >>> picture(np.arange(20.0)[:, None], ["x"]).data[0].name
    'rows'
    """
    if X.shape[1] == 1:
        if parts is None:
            return univariate.histogram(X[:, 0], names[0], height=height)
        weights, means, covariances = parts
        return univariate.histogram(
            X[:, 0],
            names[0],
            weights=weights,
            means=means[:, 0],
            variances=covariances[:, 0, 0],
            height=height,
        )
    axes = (names[columns[0]], names[columns[1]])
    flat = model.plane(parts, columns) if parts is not None else None
    return scatter.points(
        X[:, columns], axes, labels=labels, responsibilities=responsibilities,
        names=called, means=None if flat is None else flat.means,
        covariances=None if flat is None else flat.covariances, height=height,
    )  # fmt: skip


def alt(
    n: int,
    names: Sequence[str],
    parts: model.Parts | None = None,
    columns: tuple[int, int] = (0, 1),
    called: Sequence[str] | None = None,
) -> str:
    """The picture in a sentence: how many rows, and where its components are.

    Examples
    --------
    >>> import numpy as np
    >>> alt(9, ["x"], model.Parts(np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1))))
    '9 rows by x with 1 component: component 1, 100% around 0 ± 1.'
    """
    single = len(names) == 1
    axes = words.listed(names[:1] if single else [names[f] for f in columns])
    if parts is None:
        return f"{words.counted(n, 'row')} by {axes}."
    shown = parts if single else model.plane(parts, columns)
    count = words.counted(len(parts.weights), "component")
    return f"{words.counted(n, 'row')} by {axes} with {count}: {words.groups(shown, called)}."
