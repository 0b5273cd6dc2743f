"""Dimension reduction by a mixture, as a scikit-learn transformer."""

from __future__ import annotations

from collections.abc import Generator
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_array, check_is_fitted

from gmm_engine import covariance, validate
from gmm_engine.errors import DataError
from gmm_engine.reduction import stored
from gmm_engine.reduction.fitted import METHODS, Plan, Reduction, learned, of_mixture
from gmm_engine.stored import Form, Stored
from gmm_engine.types import Array, Params

AUTO = StrOptions({"auto"})
WITH_MIXTURE = ("gmmdr", "responsibilities")


class MixtureReducer(
    Stored,
    ClassNamePrefixFeaturesOutMixin,  # type: ignore[misc]
    TransformerMixin,  # type: ignore[misc]
    BaseEstimator,  # type: ignore[misc]
):
    """Few coordinates for many columns, found by a mixture.

    Parameters
    ----------
    method : "gmmdr", directions along which the components of a Gaussian mixture differ;
        "mppca", a mixture of probabilistic principal component analysers, whose coordinates are
        the row's posterior place on the components' planes, without noise, seen along the
        principal directions of all planes; "responsibilities", the probabilities of the
        heaviest components; "pca", principal components with their probabilistic reading.
    n_components : coordinates wanted, at most as many as there are independent columns (or
        components of the mixture, for "responsibilities").
    n_mixture : components of the mixture; "auto" chooses up to nine by BIC.
    covariance_type : their family, for "gmmdr" and "responsibilities"; "auto" chooses by BIC.
    n_latent : dimensions of each plane, for "mppca"; "auto" means `n_components`, or one less
        than there are columns.
    means_share : for "gmmdr", what differences of means count against those of covariances:
        1 for means alone, as mclust's default, 0.5 for the original proposal. Where means
        determine fewer directions than asked for, covariances determine the next ones.
    scale : divide columns by their standard deviation; "auto" where their ranges are unlike.
    random_state : seed.

    Attributes
    ----------
    n_components_ : coordinates found.
    components_ : (q, d) directions of unit length in centred (and scaled) columns; coordinates of
        "gmmdr" and "pca" are products with them. Not there for "responsibilities".
    explained_variance_ratio_ : (q,) share of the (scaled) columns' variance that a linear function of
        this coordinate explains beyond the coordinates before it.
    mean_, scale_ : (d,) centre and unit of each column.
    weights_, means_ : (k,) shares and (k, d) means of the mixture's components, heaviest first.
    eigenvalues_, n_informative_ : of "gmmdr": eigenvalues of its kernel matrix, and how many
        of the directions it determines.

    Notes
    -----
    From sixteen columns on the mixture sees the principal directions that hold 95 % of the
    variance, at most twenty. Of many rows, a sample decides on the mixture's size.

    References
    ----------
    Scrucca (2010), *Dimension reduction for model-based clustering*, Statistics and Computing 20.
    Tipping and Bishop (1999), *Mixtures of probabilistic principal component analysers*,
    Neural Computation 11.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> X = load_iris().data
    >>> model = MixtureReducer("gmmdr").fit(X)
    >>> Z, std = model.transform(X, return_std=True)
    >>> Z.shape, std.shape
    ((150, 2), (150, 2))
    """

    _form: ClassVar[Form] = stored.FORM
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "method": [StrOptions(set(METHODS))],
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "n_mixture": [Interval(Integral, 1, None, closed="left"), AUTO],
        "covariance_type": [StrOptions({"auto", *covariance.NAMES})],
        "n_latent": [Interval(Integral, 1, None, closed="left"), AUTO],
        "means_share": [Interval(Real, 0, 1, closed="both")],
        "scale": ["boolean", AUTO],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        method: str = "gmmdr",
        n_components: int = 2,
        *,
        n_mixture: int | str = "auto",
        covariance_type: str = "auto",
        n_latent: int | str = "auto",
        means_share: float = 1.0,
        scale: bool | str = False,
        random_state: Any = 0,
    ) -> None:
        self.method = method
        self.n_components = n_components
        self.n_mixture = n_mixture
        self.covariance_type = covariance_type
        self.n_latent = n_latent
        self.means_share = means_share
        self.scale = scale
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, *, mixture: Any = None) -> MixtureReducer:
        """Learn from rows X (n, d).

        Parameters
        ----------
        y : ignored.
        mixture : for "gmmdr" and "responsibilities", a mixture fitted to the same columns, to be
            used as it is; or a reducer fitted to the same rows, whose mixture is used.

        Raises
        ------
        DataError
            The rows cannot be used, every column is constant, or the mixture is of no use.
        """
        for _ in self.iter_fit(X, mixture=mixture):
            pass
        return self

    def iter_fit(self, X: Any, y: Any = None, *, mixture: Any = None) -> Generator[float, None, None]:
        """Fit step by step, yielding the share of the work that is done.

        The estimator is fitted when the iterator is exhausted.
        """
        self._validate_params()
        rows = validate.rows(self, X, reset=True, min_rows=2).astype(np.float64, copy=False)
        validate.spread(rows)
        if self.n_mixture != "auto":
            validate.enough_rows(len(rows), int(self.n_mixture))
        if isinstance(mixture, MixtureReducer):
            shared = self._shared(mixture)
            reduction = of_mixture(shared.view, shared.view(rows), shared.params, self._plan())
        else:
            reduction = yield from learned(rows, self._plan(), self._known(mixture))
        standard = reduction.view.standard(rows)
        self._adopt(reduction, _explained(standard, reduction.places(rows)))

    def transform(self, X: Any, return_std: bool = False) -> Any:
        """Coordinates of rows X (n, d).

        Parameters
        ----------
        return_std : also give the posterior standard deviation of every coordinate.

        Returns
        -------
        Z : (n, q) coordinates.
        std : (n, q), the roots of the diagonals of `posterior_covariances`; with `return_std` only.
        """
        rows = self._rows(X)
        Z = self._reduction.places(rows)
        if not return_std:
            return Z
        variances = np.diagonal(self._reduction.covariances(rows), axis1=1, axis2=2)
        return Z, np.sqrt(np.maximum(variances, 0))

    def posterior_covariances(self, X: Any) -> Array:
        """How unsure the model is of each row's place: covariances (n, q, q), for ellipses.

        "gmmdr": of the mean of the row's component, seen along the directions, under the row's
        membership probabilities; "responsibilities": of the membership itself, one for the
        row's component and zero for others; both vanish where the component is certain. "mppca":
        of the row without its noise, over components and within each plane. "pca": of the
        row's scores without their noise, the same for all rows.
        """
        return self._reduction.covariances(self._rows(X))

    def memberships(self, X: Any) -> Array:
        """Probabilities (n, k) of the mixture's components given each row."""
        return self._reduction.memberships(self._rows(X))

    def inverse_transform(self, X: Any) -> Array:
        """Expected rows (n, d) given their coordinates X (n, q).

        The mixture's conditional mean: every component's regression on the coordinates, weighed
        by its probability given them; with "pca" the usual linear reconstruction. For
        "responsibilities" the components' means weighed by them.
        """
        check_is_fitted(self)
        Z = check_array(X, dtype=np.float64)
        if Z.shape[1] != self.n_components_:
            raise DataError(f"{self.n_components_} coordinates are needed for each row, got {Z.shape[1]}.")
        return self._reduction.back(Z)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_reduction")

    @property
    def _n_features_out(self) -> int:
        return self.n_components_

    def _plan(self) -> Plan:
        return Plan(
            self.method,
            self.n_components,
            None if self.n_mixture == "auto" else int(self.n_mixture),
            None if self.covariance_type == "auto" else self.covariance_type,
            None if self.n_latent == "auto" else int(self.n_latent),
            float(self.means_share),
            self.scale,
            validate.seed(self.random_state),
        )

    def _known(self, mixture: Any) -> Params | None:
        """The mixture that was given, in the data's units."""
        if mixture is None:
            return None
        if self.method not in WITH_MIXTURE:
            raise DataError(f"Method {self.method!r} fits a mixture of its own and takes no other.")
        check_is_fitted(mixture)
        if mixture.n_features_in_ != self.n_features_in_:
            raise DataError(
                f"The mixture has {mixture.n_features_in_} columns, the rows have {self.n_features_in_}."
            )
        params: Params = mixture.parameters()
        return params

    def _shared(self, other: MixtureReducer) -> Reduction:
        check_is_fitted(other)
        fits = other.n_features_in_ == self.n_features_in_
        if not fits or self.method not in WITH_MIXTURE or other.method not in WITH_MIXTURE:
            raise DataError(
                f"Only {' and '.join(WITH_MIXTURE)} of the same columns share a mixture, "
                f"not {self.method!r} and {other.method!r}."
            )
        return other._reduction

    def _adopt(self, reduction: Reduction, explained: Array) -> None:
        self._reduction = reduction
        view = reduction.view
        self.n_components_ = int(reduction.basis.shape[1])
        self.explained_variance_ratio_ = explained
        self.mean_, self.scale_ = view.centre, view.scale
        self.weights_, self.means_ = reduction.params.weights, view.undo(reduction.params.means)
        for name in {"components_", "eigenvalues_", "n_informative_"} & set(vars(self)):
            delattr(self, name)
        if reduction.method != "responsibilities":
            self.components_ = np.ascontiguousarray((view.directions @ reduction.basis).T)
        if reduction.method == "gmmdr":
            self.eigenvalues_, self.n_informative_ = reduction.eigenvalues, reduction.informative

    def _rows(self, X: Any) -> Array:
        check_is_fitted(self)
        return validate.rows(self, X, reset=False).astype(np.float64, copy=False)


def _explained(standard: Array, Z: Array) -> Array:
    """Share of the variance of centred rows (n, d) that each coordinate adds to those before it, (q,)."""
    centred = Z - Z.mean(axis=0)
    Q, R = np.linalg.qr(centred)
    sizes = np.linalg.norm(centred, axis=0)
    new = np.abs(np.diagonal(R)) > 1e-9 * np.maximum(sizes[: Q.shape[1]], np.finfo(float).tiny)
    shares = np.square(Q.T @ standard).sum(axis=1) / np.square(standard).sum()
    return np.where(new, shares, 0.0)
