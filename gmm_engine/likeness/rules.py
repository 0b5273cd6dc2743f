"""What every value of a column obeys: decimals, sign, and a scale on which it is smooth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import skew

from gmm_engine.types import Array

MOST_DECIMALS = 6
# Columns with fewer different values than this share of rows are spread out before a fit.
TIED = 0.5
HEAPED = 0.2


@dataclass(frozen=True)
class Rule:
    """How one column's values look, learnt from them.

    Attributes
    ----------
    decimals : places after the point that all values have at most; 0 for integers, None for more
        than six.
    positive : no value is negative.
    logarithm : the mixture sees the logarithm, on which positive values are less skewed.
    spread : half a step is added or taken at random before the fit, so that ties do not pull a
        component together; rounding takes it back.
    heap, heaped : the commonest value and its share of the rows.
    """

    decimals: int | None
    positive: bool
    logarithm: bool
    spread: bool
    heap: float
    heaped: float

    @property
    def step(self) -> float:
        """Distance between neighbouring values; 0 for a column without steps."""
        return 0.0 if self.decimals is None else 10.0**-self.decimals

    def enter(self, x: Array, rng: np.random.Generator) -> Array:
        """Values (n,) as the mixture sees them; NaN stays."""
        if self.spread:
            x = x + rng.uniform(-0.5, 0.5, x.shape) * self.step
        return np.log(x) if self.logarithm else x

    def leave(self, z: Array) -> Array:
        """The mixture's values (n,) in the column's units, rounded to its decimals."""
        x = np.exp(z) if self.logarithm else z
        if self.decimals is None:
            return x
        rounded = np.round(x, self.decimals)
        return rounded + 0.0  # no negative zero

    def kept(self, x: Array) -> Array:
        """Which of the values (n,) obey the rule."""
        return (x >= 0) & np.isfinite(x) if self.positive else np.isfinite(x)


def learnt(x: Array) -> Rule:
    """The rule of one column from its values (n,), NaN left out.

    Examples
    --------
    >>> rule = learnt(np.array([3.0, 0.0, 7.0, 3.0, 9.0]))
    >>> rule.decimals, rule.positive
    (0, True)
    """
    seen = x[np.isfinite(x)]
    values, counts = np.unique(seen, return_counts=True)
    decimals = next((p for p in range(MOST_DECIMALS + 1) if np.array_equal(np.round(seen, p), seen)), None)
    heap = int(np.argmax(counts))
    return Rule(
        decimals=decimals,
        positive=bool(values[0] >= 0),
        logarithm=_better_as_logarithm(seen, decimals),
        spread=decimals is not None and len(values) < TIED * len(seen),
        heap=float(values[heap]),
        heaped=float(counts[heap] / len(seen)),
    )


def _better_as_logarithm(seen: Array, decimals: int | None) -> bool:
    """Whether positive values, all of them well above a step, are less skewed as logarithms."""
    step = 0.0 if decimals is None else 10.0**-decimals
    if seen.min() <= step or np.ptp(seen) == 0:
        return False
    return bool(skew(seen) > 1 and abs(skew(np.log(seen))) < 0.7 * skew(seen))
