"""Outliers by a panel of mixtures, with reasons and a line that means something."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from gmm_engine import validate
from gmm_engine.anomaly import blame, lines, panel, stored
from gmm_engine.anomaly.core import View
from gmm_engine.errors import DataError
from gmm_engine.stored import Form, Stored
from gmm_engine.types import Array

# From coarse to fine. A coarse view, few components under a heavy ridge, trimmed hard, knows where
# the bulk lies and is fooled by nothing; a fine one sees which values do not go together. What is
# strange to several is strange: on average no single one does as well.
VIEWS = (
    View(k=2, ridge=0.3, keep=0.75),
    View(k=8, ridge=0.1, keep=0.75),
    View(k=8, ridge=0.01, keep=0.85, gated=True),
    View(k=3, ridge=0.01, keep=0.9),
)
RIDGE, TRIM = 0.1, 0.25  # of a single mixture, unless given
SMALLEST_RIDGE = 1e-9
TYPICAL_ROWS = 500
MOST_HELD = 20_000
MOST_COLUMNS = 2000


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why rows are strange.

    Attributes
    ----------
    surprise : (n, d) nats each column adds to, or takes from, the row's excess.
    excess : (n,) the row's surprise above that of typical rows; the sum of its columns'.
    ordinary : (n, d) the rows with their strange cells as the others would have them.
    """

    surprise: Array
    excess: Array
    ordinary: Array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """The surprise of every column, so that an explanation can stand where an array does."""
        return np.array(self.surprise, dtype=dtype)


class MixtureOutlierDetector(Stored, OutlierMixin, BaseEstimator):  # type: ignore[misc]
    """Find the rows that do not belong, and say why.

    Several Gaussian mixtures, from coarse to fine, are fitted to the rows that are ordinary
    beyond doubt; a row's score is their mean log density. Columns are scaled inside.

    Parameters
    ----------
    threshold : where strange begins. "auto": where rows stand out from the tail of the others,
        or as "percentile" if none does; "percentile": the share `level` of the training rows;
        "false_alarms": so that an ordinary row is flagged with probability `level`. Anomalies
        among the training rows are set aside where they stand out beyond doubt; the others make
        false alarms rarer than asked, so a clean reference is the surer way.
    level : a share of rows, between 0 and 1.
    n_components : "auto" for the panel of mixtures; a number for one mixture, which with
        `n_components=1`, `trim=0` and `ridge=0` is the classic single Gaussian.
    ridge, trim : of one mixture: added to every variance, where columns have variance one; share
        of the rows, the strangest, that do not shape it.
    clean : every training row is ordinary (a reference): nothing is trimmed.
    max_rows : rows that shape the mixtures, drawn at random where there are more.
    random_state : seed.

    Attributes
    ----------
    offset_ : score below which a row is an outlier; `threshold_` is its negative, in nats.
    typical_score_ : mean surprise of typical training rows, the zero of explanations.
    held_out_ : ascending surprises of training rows by mixtures that had not seen them.

    References
    ----------
    Garcia-Escudero, Gordaliza, Matran and Mayo-Iscar (2008) for trimming; Aggarwal and Sathe
    (2017), *Outlier Ensembles*, chapter 3, for means of standardised scores.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(500, 2)) @ [[1, 0.9], [0, 0.3]]
    >>> model = MixtureOutlierDetector().fit(X)
    >>> model.predict([[2.5, -2.0], [1.0, 0.9]])
    array([-1,  1])
    >>> reasons = model.explain([[2.5, -2.0]])
    >>> bool(np.isclose(reasons.surprise.sum(), reasons.excess[0]))
    True
    """

    _form: ClassVar[Form] = stored.FORM
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "threshold": [StrOptions({"auto", "percentile", "false_alarms"})],
        "level": [Interval(Real, 0, 1, closed="neither")],
        "n_components": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "ridge": [Interval(Real, 0, None, closed="left"), StrOptions({"auto"})],
        "trim": [Interval(Real, 0, 0.5, closed="both"), StrOptions({"auto"})],
        "clean": ["boolean"],
        "max_rows": [Interval(Integral, 10, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        threshold: str = "auto",
        level: float = 0.01,
        *,
        n_components: int | str = "auto",
        ridge: float | str = "auto",
        trim: float | str = "auto",
        clean: bool = False,
        max_rows: int = 2000,
        random_state: Any = 0,
    ) -> None:
        self.threshold = threshold
        self.level = level
        self.n_components = n_components
        self.ridge = ridge
        self.trim = trim
        self.clean = clean
        self.max_rows = max_rows
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> MixtureOutlierDetector:
        """Learn from rows X (n, d), in their own units; y is ignored.

        Raises
        ------
        DataError
            The rows cannot be used.
        """
        self._validate_params()
        checked = validate.rows(self, X, reset=True, min_rows=2).astype(np.float64, copy=False)
        validate.spread(checked)
        if checked.shape[1] > MOST_COLUMNS:
            raise DataError(f"{checked.shape[1]} columns; choose at most {MOST_COLUMNS}.")
        rng = check_random_state(self.random_state)
        n = len(checked)
        fitted = np.arange(n)
        if n > self.max_rows:
            fitted = np.sort(rng.choice(n, self.max_rows, replace=False))
        views = self._views()
        self._panel, cores = panel.learn(checked, fitted, views, rng)
        self._orders = blame.orders(checked.shape[1], rng)
        surprise = self._panel.surprise(checked)
        if n >= 2 * len(fitted):
            self.held_out_ = np.sort(np.delete(surprise, fitted)[:MOST_HELD])
        else:
            self.held_out_ = np.sort(panel.held_out(self._panel, cores, checked[fitted], views, rng))
        self._training = np.sort(surprise)
        self._set_typical(checked, surprise)
        self.offset_ = -self.line(self.threshold, self.level)
        return self

    def line(self, threshold: str = "auto", level: float = 0.01) -> float:
        """The surprise (nats) at which strange begins, drawn in another way than at the fit."""
        check_is_fitted(self)
        if threshold == "percentile":
            return lines.percentile(self._training, level)
        if threshold == "false_alarms":
            return lines.false_alarms(self._ordinary_held_out(), level)
        found = lines.automatic(self._training)
        return lines.percentile(self._training, level) if found is None else found

    def false_alarm_rate(self, line: float | None = None) -> float:
        """The probability that an ordinary row is flagged at `line` (nats; default: the fitted one)."""
        check_is_fitted(self)
        at = self.threshold_ if line is None else line
        return lines.false_alarm_rate(self._ordinary_held_out(), at)

    @property
    def threshold_(self) -> float:
        """Surprise (nats) above which a row is an outlier."""
        check_is_fitted(self)
        return -float(self.offset_)

    def score_samples(self, X: Any) -> Array:
        """Mean log density (n,) under the panel, nats: larger is more ordinary."""
        checked = self._checked(X)
        return -self._panel.surprise(checked)

    def decision_function(self, X: Any) -> Array:
        """Score less `offset_` (n,): negative for outliers."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any) -> Array:
        """-1 (n,) for outliers, 1 for ordinary rows."""
        return np.where(self.decision_function(X) < 0, -1, 1)

    def explain(self, X: Any) -> Explanation:
        """Which columns make each row of X (n, d) strange, and what would have been ordinary.

        A column's surprise is -log p(column | columns before it), averaged over orders of the
        columns and less the same of typical rows; a row's surprises sum to its excess, which is
        ``-score_samples(X) - typical_score_``.
        """
        checked = self._checked(X)
        surprise = blame.shares(self._panel, checked, self._orders) - self._typical
        excess = self._panel.surprise(checked) - self.typical_score_
        return Explanation(surprise, excess, blame.ordinary(self._panel, checked, surprise))

    def _views(self) -> tuple[View, ...]:
        views: tuple[View, ...] = VIEWS
        if self.n_components != "auto":
            ridge = RIDGE if self.ridge == "auto" else max(float(self.ridge), SMALLEST_RIDGE)
            trim = TRIM if self.trim == "auto" else float(self.trim)
            views = (View(int(self.n_components), ridge, 1 - trim),)
        return tuple(View(v.k, v.ridge, 1.0) for v in views) if self.clean else views

    def _checked(self, X: Any) -> Array:
        check_is_fitted(self)
        return validate.rows(self, X, reset=False).astype(np.float64, copy=False)

    def _ordinary_held_out(self) -> Array:
        """Held-out surprises without those that are anomalies beyond doubt, if any may be."""
        if self.clean:
            return self.held_out_
        kept = self.held_out_[self.held_out_ <= lines.beyond_doubt(self.held_out_)]
        return kept if len(kept) > 1 else self.held_out_

    def _set_typical(self, X: Array, surprise: Array) -> None:
        """Mean shares of rows spread evenly over the more ordinary three quarters."""
        ordinary = np.flatnonzero(surprise <= np.quantile(surprise, 1 - TRIM))
        rows = X[ordinary[:: max(1, len(ordinary) // TYPICAL_ROWS)]]
        self._typical = blame.shares(self._panel, rows, self._orders).mean(axis=0)
        self.typical_score_ = float(self._panel.surprise(rows).mean())
