"""Classification by one Gaussian mixture per class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from scipy.special import log_softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d

from gmm_engine import covariance, validate
from gmm_engine.classify import calibration, stored, tuning
from gmm_engine.classify.lesson import Lesson
from gmm_engine.classify.plans import OfFamily, Pictured, Plan, Shrunk
from gmm_engine.classify.reading import described
from gmm_engine.errors import DataError
from gmm_engine.features import glyphs
from gmm_engine.stored import Form, Stored
from gmm_engine.types import Array

FAMILIES = {"shrunk", "all", *covariance.NAMES}
WIDE = 16  # columns from which rows are projected on principal directions first
DIRECTIONS, FEWER, OF_EDGES = 40, (20, 10), 60
ROWS_PER_COMPONENT, ROWS_TO_TRY = 20, 10
MOST, MOST_IF_VARIED = 3, 5
FOLDS, FOLDS_IF_MANY, MANY = 5, 3, 5_000
MOST_PIXELS = 100_000_000  # of all pictures and their copies
# Shares of the common covariance and of a sphere: to begin with, and to try besides.
SHRINKAGE, LESS = (0.2, 0.1), ((0.05, 0.02), (0.0, 1e-4))


class MixtureClassifier(Stored, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """One mixture per class, weighed by Bayes' rule, with calibrated probabilities.

    Rows that are pictures are learned from varied copies too, and are read twice: by their pixels,
    and by the directions of their edges, which differ less from writer to writer.

    Parameters
    ----------
    n_components : mixture components per class; "auto" means up to three for "shrunk"
        covariances, by rows held out, five where pictures are varied, and the choice by BIC for
        families.
    covariance_type : "shrunk" leans every covariance on its class's and on all classes'
        average in every M-step; a family's name, or "all" for a choice among the fourteen,
        fits each class by maximum likelihood (MclustDA).
    shared : let the family's promise hold across classes, with one Gaussian each (EDDA).
    shrinkage : shares of the common covariance and of a sphere in every "shrunk" covariance;
        "auto" begins with (.2, .1) and takes less where rows held out clearly ask for it.
    n_directions : principal directions kept for "shrunk" where there are more columns;
        "auto" means 40 from 16 columns on, or fewer by rows held out; None keeps all columns.
    image_shape : (height, width) of pictures that the rows are; "auto" recognises square ones.
    n_varied : varied copies of each training picture to learn from besides; fewer of very many.
    calibrate : hold rows out to find the temperature that makes probabilities true.
    reg_covar : added to every variance of a family, in units of the mean column variance.
    random_state : seed.

    Attributes
    ----------
    classes_ : (c,) labels in order.
    temperature_ : what log densities are divided by; 1 if nothing was held out.
    held_out_proba_ : (n, c) probabilities of the training rows by models that had not seen
        them, or None.
    image_shape_ : shape of the pictures, or None.
    plan_ : the settings that were chosen.

    References
    ----------
    Hastie and Tibshirani (1996), *Discriminant analysis by Gaussian mixtures*. Friedman (1989),
    *Regularized discriminant analysis*. Fraley and Raftery (2002) for MclustDA; Bensmail and
    Celeux (1996) for EDDA.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MixtureClassifier().fit(X[::2], y[::2])
    >>> bool(model.score(X[1::2], y[1::2]) > 0.95)
    True
    """

    _form: ClassVar[Form] = stored.FORM
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_components": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "covariance_type": [StrOptions(FAMILIES)],
        "shared": ["boolean"],
        "shrinkage": [tuple, list, StrOptions({"auto"})],
        "n_directions": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"}), None],
        "image_shape": [tuple, list, StrOptions({"auto"}), None],
        "n_varied": [Interval(Integral, 0, 100, closed="both")],
        "calibrate": ["boolean"],
        "reg_covar": [Interval(Real, 0.0, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        n_components: int | str = "auto",
        *,
        covariance_type: str = "shrunk",
        shared: bool = False,
        shrinkage: tuple[float, float] | str = "auto",
        n_directions: int | str | None = "auto",
        image_shape: tuple[int, int] | str | None = "auto",
        n_varied: int = 9,
        calibrate: bool = True,
        reg_covar: float = 1e-6,
        random_state: Any = 0,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.shared = shared
        self.shrinkage = shrinkage
        self.n_directions = n_directions
        self.image_shape = image_shape
        self.n_varied = n_varied
        self.calibrate = calibrate
        self.reg_covar = reg_covar
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> MixtureClassifier:
        """Learn from rows X (n, d) and their classes y (n,).

        Raises
        ------
        DataError
            The rows cannot be used, or there are fewer than two classes.
        """
        for _ in self.iter_fit(X, y):
            pass
        return self

    def iter_fit(self, X: Any, y: Any) -> Iterator[float]:
        """Fit fold by fold, yielding the share of the work that is done before each."""
        self._validate_params()
        X, index = self._checked(X, y)
        rng = check_random_state(self.random_state)
        copies = self._varied(X, rng)
        rows = tuple(map(self._described, (X, *copies)))
        lesson = Lesson(rows[0], index, rows[1:], int(rng.randint(2**31 - 1)))
        plan, options = self._plan(index)
        fold = calibration.folds(index, FOLDS if len(X) < MANY else FOLDS_IF_MANY)
        self.temperature_, self.held_out_proba_ = 1.0, None
        if fold is not None and (self.calibrate or options):
            total = tuning.count(options) * (int(fold.max()) + 1) + 1
            trial = yield from tuning.best(lesson, plan, options, fold, total)
            plan = trial.plan
            if self.calibrate:
                self.temperature_, self.held_out_proba_ = trial.temperature, trial.proba()
            yield 1 - 1 / total
        self.plan_ = plan
        self._readings = lesson.learned(plan)

    def predict(self, X: Any) -> Array:
        """Most probable class (n,) of each row."""
        best = self.decision_scores(X).argmax(axis=1)
        return np.asarray(self.classes_[best])

    def predict_log_proba(self, X: Any) -> Array:
        """Log probability (n, c) of each class."""
        return np.asarray(log_softmax(self.decision_scores(X), axis=1))

    def predict_proba(self, X: Any) -> Array:
        """Probability (n, c) of each class."""
        return np.asarray(np.exp(self.predict_log_proba(X)))

    def decision_scores(self, X: Any) -> Array:
        """Log joint density (n, c) of row and class over the temperature, up to a constant, nats."""
        check_is_fitted(self)
        checked = validate.rows(self, X, reset=False).astype(np.float64, copy=False)
        return self._readings(self._described(checked)) / self.temperature_

    def components(self, X: Any) -> Array:
        """Likeliest component of each class (n, c) for each row: places in `centres` and `owners`."""
        check_is_fitted(self)
        checked = validate.rows(self, X, reset=False).astype(np.float64, copy=False)
        seen = self._readings.rows
        scores, owner = seen.mixtures.by_component(seen.view(checked)), seen.mixtures.owner
        parts = [np.where(owner == c, scores, -np.inf).argmax(axis=1) for c in range(len(self.classes_))]
        return np.stack(parts, axis=1)

    def centres(self) -> Array:
        """Mean of every component in the data's units (k, d), ordered by class."""
        check_is_fitted(self)
        seen = self._readings.rows
        return seen.view.undo(seen.mixtures.params.means)

    def owners(self) -> Array:
        """Class of every component (k,)."""
        check_is_fitted(self)
        return np.asarray(self.classes_[self._readings.rows.mixtures.owner])

    def weights(self) -> Array:
        """Share of every component in all rows (k,); they sum to one."""
        check_is_fitted(self)
        return self._readings.rows.mixtures.params.weights

    def sample(self, n: int, label: Any, random_state: Any = None) -> Array:
        """New rows (n, d) of one class."""
        chosen = np.flatnonzero(self.owners() == label)
        if not len(chosen):
            raise DataError(f"The class {label!r} is not among {self.classes_.tolist()}.")
        seen = self._readings.rows
        rng, params = check_random_state(random_state), seen.mixtures.params
        share = params.weights[chosen] / params.weights[chosen].sum()
        which = rng.choice(chosen, n, p=share)
        noise = rng.standard_normal((n, params.means.shape[1], 1))
        return seen.view.undo(params.means[which] + (params.factors[which] @ noise)[:, :, 0])

    def _checked(self, X: Any, y: Any) -> tuple[Array, Array]:
        if y is None:
            raise DataError("This classifier requires y to be passed, but the target y is None.")
        _check_shrinkage(self.shrinkage)
        checked = validate.rows(self, X, reset=True).astype(np.float64, copy=False)
        labels = column_or_1d(y, warn=True)
        check_classification_targets(labels)
        if len(labels) != len(checked):
            raise DataError(f"{len(checked)} rows came with {len(labels)} labels.")
        self.classes_, index = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise DataError(f"At least two classes are needed, found one class: {self.classes_[0]!r}.")
        return checked, index

    def _varied(self, X: Array, rng: np.random.RandomState) -> tuple[Array, ...]:
        """Varied copies of the rows if they are pictures."""
        shape = glyphs.square_shape(X) if self.image_shape == "auto" else self.image_shape
        self.image_shape_ = None if shape is None else (int(shape[0]), int(shape[1]))
        if self.image_shape_ is None or self.covariance_type != "shrunk":
            return ()
        if np.prod(self.image_shape_) != X.shape[1]:
            raise DataError(f"Pictures of shape {self.image_shape_} do not have {X.shape[1]} pixels.")
        pictures = X.reshape(-1, *self.image_shape_)
        copies = min(self.n_varied, MOST_PIXELS // X.size)
        return tuple(glyphs.vary(pictures, rng).reshape(X.shape) for _ in range(copies))

    def _described(self, X: Array) -> Array:
        """Rows as the readings take them: pictures with the directions of their edges beside them."""
        if self.image_shape_ is None or self.covariance_type != "shrunk":
            return X
        return described(X, self.image_shape_)

    def _plan(self, index: Array) -> tuple[Plan, tuning.Options]:
        """How to learn, and which other settings to try where they are "auto"."""
        k = None if self.n_components == "auto" else int(self.n_components)
        if self.covariance_type != "shrunk":
            return OfFamily(self.covariance_type, k, self.shared, self.reg_covar), ()
        pictures, smallest = self.image_shape_ is not None, int(np.bincount(index).min())
        most = MOST_IF_VARIED if pictures and self.n_varied else MOST
        shares = SHRINKAGE if isinstance(self.shrinkage, str) else self.shrinkage
        directions, fewer = self._directions()
        k_first = k or int(np.clip(smallest // ROWS_PER_COMPONENT, 1, most))
        plan = Shrunk(k_first, (float(shares[0]), float(shares[1])), directions)
        if pictures:  # these settings were found on pictures, and varied copies make trials dear
            of_edges = OF_EDGES if self.n_directions == "auto" else directions
            return Pictured(plan, replace(plan, n_directions=of_edges), self.n_features_in_), ()
        counts = [each for each in range(1, MOST + 1) if each * ROWS_TO_TRY <= smallest]
        tries = (
            ("shrinkage", LESS if self.shrinkage == "auto" else ()),
            ("n_components", [each for each in counts if k is None and each != plan.n_components]),
            ("n_directions", fewer),
        )
        return plan, [(name, values) for name, values in tries if values]

    def _directions(self) -> tuple[int | None, list[int]]:
        """How many principal directions to keep, and fewer ones to try."""
        if not isinstance(self.n_directions, str):
            return self.n_directions, []
        wide = self.n_features_in_ >= WIDE
        return DIRECTIONS if wide else None, [p for p in FEWER if wide and p < self.n_features_in_]


def _check_shrinkage(shares: Any) -> None:
    if shares != "auto" and (len(shares) != 2 or min(shares) < 0 or sum(shares) >= 1):
        raise DataError(f"shrinkage must be two shares that sum to less than 1, not {shares!r}.")
