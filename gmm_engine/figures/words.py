"""What figures show, in words, for those who do not see them: numbers, lists, groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gmm_engine.figures import theme
from gmm_engine.figures.model import Parts
from gmm_engine.wording import counted as counted

MOST_NAMED = 5  # groups; a longer list would be heard for a minute
TRACE = 0.005  # share of the rows that outliers must have to be told


def amount(value: float) -> str:
    """A number as figures show it, with a typographic minus sign.

    Examples
    --------
    >>> amount(-3.14159)
    '−3.142'
    """
    return theme.amount(value).replace("-", "\N{MINUS SIGN}")


def listed(parts: Sequence[str]) -> str:
    """Words as a list.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def rising(left: float, right: float) -> str:
    """What a line does from its left end to its right one."""
    return "stays" if np.isclose(left, right) else "rises" if right > left else "falls"


def group(j: int, called: Sequence[str] | None = None) -> str:
    """What component j is called; -1 stands for noise and outliers."""
    return called[j] if called and j >= 0 else theme.name(j)


def groups(parts: Parts, called: Sequence[str] | None = None) -> str:
    """Each component's share and centre, largest first; of one column also its spread.

    Parameters
    ----------
    parts : the mixture over the one or two columns that are drawn.
    called : names of the components.

    Examples
    --------
    >>> two = Parts(np.array([0.4, 0.6]), np.array([[1.0], [5.0]]), np.ones((2, 1, 1)))
    >>> groups(two)
    'component 2, 60% around 5 ± 1; component 1, 40% around 1 ± 1'
    """
    order = np.argsort(-parts.weights, kind="stable")
    told = [_group(parts, int(j), called) for j in order[:MOST_NAMED]]
    if len(order) > MOST_NAMED:
        rest = f"{len(order) - MOST_NAMED} smaller"
        told.append(f"and {rest}, {parts.weights[order[MOST_NAMED:]].sum():.0%} together")
    outside = 1 - float(parts.weights.sum())
    if outside > TRACE:
        told.append(f"noise, {outside:.0%}")
    return "; ".join(told)


def _group(parts: Parts, j: int, called: Sequence[str] | None) -> str:
    centre = listed([amount(value) for value in parts.means[j]])
    spread = f" ± {amount(float(np.sqrt(parts.covariances[j, 0, 0])))}" if len(parts.means[j]) == 1 else ""
    return f"{group(j, called)}, {parts.weights[j]:.0%} around {centre}{spread}"
