"""Fitted models as plain JSON types: written alike, and read back with every field checked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils._param_validation import InvalidParameterError
from sklearn.utils.validation import check_is_fitted

from gmm_engine.errors import DataError
from gmm_engine.types import Array, Params

LARGEST = 1e300
MOST_PARTS = 100_000
# A seed matters to a fit, not to what was learnt, and may be a generator.
UNWRITTEN = "random_state"


class Fields:
    """An object of a JSON document whose fields are checked when they are taken.

    Parameters
    ----------
    content : what stands where the object should.
    name : of the field that holds it, for messages.

    Raises
    ------
    DataError
        Here and from every method: a field is missing, or not what it should be.

    Examples
    --------
    >>> fields = Fields({"mean": [1, 2], "share": 0.5})
    >>> fields.array("mean", (2,)), fields.number("share", 0, 1)
    (array([1., 2.]), 0.5)
    """

    def __init__(self, content: Any, name: str = "model") -> None:
        if not isinstance(content, dict):
            raise DataError(f"Field {name!r} must be an object.")
        self.content: dict[str, Any] = content

    def __contains__(self, name: str) -> bool:
        """Whether the field is there and says something."""
        return self.content.get(name) is not None

    def part(self, name: str) -> Fields:
        """The object in a field."""
        return Fields(self.content.get(name), name)

    def parts(self, name: str, most: int = MOST_PARTS) -> list[Fields]:
        """The list of one to `most` objects in a field."""
        found = self.content.get(name)
        if not isinstance(found, list) or not 1 <= len(found) <= most:
            raise DataError(f"Field {name!r} must list 1 to {most} objects.")
        return [Fields(each, name) for each in found]

    def array(self, name: str, shape: tuple[int | None, ...]) -> Array:
        """Finite numbers, float64, of a shape in which None stands for any size but zero."""
        try:
            found = np.array(self.content.get(name), dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            raise DataError(f"Field {name!r} is not an array of numbers.") from None
        fits = found.ndim == len(shape) and all(
            size == want or want is None for size, want in zip(found.shape, shape, strict=True)
        )
        if not fits or not found.size:
            wanted = " x ".join("any" if size is None else str(size) for size in shape) or "one number"
            raise DataError(f"Field {name!r} has shape {found.shape}; it must have {wanted}.")
        if not np.all(np.abs(found) <= LARGEST):
            raise DataError(f"Field {name!r} holds a number that is missing, infinite or too large.")
        return found

    def positive(self, name: str, shape: tuple[int | None, ...]) -> Array:
        """Like `array`, every number above zero."""
        found = self.array(name, shape)
        if np.any(found <= 0):
            raise DataError(f"Field {name!r} must hold positive numbers.")
        return found

    def shares(self, name: str, shape: tuple[int | None, ...]) -> Array:
        """Like `array`, none below zero, and with a sum of one along the last axis."""
        found = self.array(name, shape)
        if np.any(found < 0) or np.abs(found.sum(axis=-1) - 1).max() > 1e-6:
            raise DataError(f"Field {name!r} must hold shares that sum to one.")
        return found

    def number(
        self, name: str, low: float = -LARGEST, high: float = LARGEST, missing: float | None = None
    ) -> float:
        """A number from `low` to `high`; `missing` is what null or nothing stands for."""
        value = self.content.get(name)
        if missing is not None and (value is None or value != value):
            return missing
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise DataError(f"Field {name!r} must be a number from {low:g} to {high:g}, not {value!r:.80}.")
        return float(value)

    def count(self, name: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.content.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise DataError(f"Field {name!r} must be a whole number from {low} to {high}, not {value!r:.80}.")
        return value

    def choice(self, name: str, known: Collection[str]) -> str:
        """One of the `known` words."""
        value = self.content.get(name)
        if not isinstance(value, str) or value not in known:
            raise DataError(f"Field {name!r} is {value!r:.80}; expected one of {tuple(known)}.")
        return value

    def labels(self, name: str) -> Array:
        """Two different labels or more, all text or all numbers of one kind."""
        found = self.content.get(name)
        kinds = {type(label) for label in found} if isinstance(found, list) else set()
        if (
            not isinstance(found, list)
            or len(found) < 2
            or len(kinds) > 1
            or not kinds <= {str, int, float, bool}
        ):
            raise DataError(f"Field {name!r} must list at least two labels, all text or all numbers.")
        labels = np.array(found)
        if len(set(found)) < len(found) or labels.dtype.kind not in "Uifb" or np.any(labels != labels):
            raise DataError(f"Field {name!r} names a label twice, or one that is no label.")
        return labels

    def mixture(self, d: int | None = None) -> Params:
        """Weights (k,), means (k, d) and lower factors (k, d, d) of a mixture."""
        means = self.array("means", (None, d))
        k, d = means.shape
        weights, factors = self.shares("weights", (k,)), self.array("factors", (k, d, d))
        if np.any(np.diagonal(factors, axis1=1, axis2=2) <= 0) or np.any(np.triu(factors, 1)):
            raise DataError("Field 'factors' must hold lower triangles with positive diagonals.")
        return Params(weights, means, factors)


@dataclass(frozen=True)
class Form:
    """How one kind of model is stored.

    Attributes
    ----------
    format, version : name the kind in the document.
    noun : the kind in words, with its article.
    write : what a fitted model's document holds besides.
    read : give an unfitted model what was learnt.
    settings : the field of the estimator's parameters, None if the document holds none.
    """

    format: str
    version: int
    noun: str
    write: Callable[[Any], dict[str, Any]]
    read: Callable[[Any, Fields], None]
    settings: str | None = "settings"


class Stored:
    """Mixed into estimators that travel as JSON."""

    _form: ClassVar[Form]

    def to_dict(self) -> dict[str, Any]:
        """The fitted model as plain JSON types; `from_dict` restores it."""
        check_is_fitted(self)
        form = self._form
        document: dict[str, Any] = {"format": form.format, "version": form.version}
        if form.settings is not None:
            given = self.get_params(deep=False)  # type: ignore[attr-defined]
            document[form.settings] = {
                name: _plain(value) for name, value in given.items() if name != UNWRITTEN
            }
        return document | form.write(self)

    @classmethod
    def from_dict(cls, document: Any) -> Self:
        """A fitted model from `to_dict`'s document, every field checked.

        Raises
        ------
        DataError
            Not such a document, or a field does not fit the others; the message names it.
        """
        form = cls._form
        if not isinstance(document, dict) or document.get("format") != form.format:
            raise DataError(
                f"This JSON is not {form.noun}: it must be an object whose field 'format' is {form.format!r}."
            )
        if document.get("version") != form.version:
            raise DataError(
                f"Field 'version' is {document.get('version')!r:.80}; this release reads {form.version}."
            )
        model, fields = cls(), Fields(document)
        if form.settings is not None:
            _configure(model, fields, form.settings)
        form.read(model, fields)
        return model


def mixture_of(params: Params, digits: int | None = None) -> dict[str, Any]:
    """What `Fields.mixture` reads, in full or with so many digits."""
    parts = {name: getattr(params, name) for name in ("weights", "means", "factors")}
    return {name: part.tolist() if digits is None else rounded(part, digits) for name, part in parts.items()}


def rounded(array: Array, digits: int) -> Any:
    """Nested lists of an array's numbers with so many significant digits."""
    return np.array([float(f"{value:.{digits}g}") for value in array.ravel()]).reshape(array.shape).tolist()


def column_names(model: Any) -> dict[str, list[str]]:
    """The columns' names as a field of the document, if the model knows them."""
    if not hasattr(model, "feature_names_in_"):
        return {}
    return {"columns": [str(name) for name in model.feature_names_in_]}


def set_columns(model: Any, d: int, fields: Fields) -> None:
    """Give a model its number of columns, and their names if the document has them."""
    model.n_features_in_ = d
    if "columns" in fields:
        names = fields.content["columns"]
        if not isinstance(names, list) or len(names) != d:
            raise DataError(f"Field 'columns' must list {d} names.")
        model.feature_names_in_ = np.array([str(name) for name in names], dtype=object)


def _configure(model: Any, fields: Fields, name: str) -> None:
    """Set the estimator's parameters to those of the document."""
    given = fields.part(name).content
    unknown = set(given) - set(model.get_params(deep=False))
    if unknown:
        raise DataError(f"Field {name!r} names {sorted(unknown)[0]!r:.80}, which this model does not take.")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    try:
        model.set_params(**values)._validate_params()
    except InvalidParameterError as problem:
        raise DataError(f"Field {name!r} does not fit: {problem}") from None


def _plain(value: Any) -> Any:
    """A parameter as a JSON type."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    return [_plain(each) for each in value] if isinstance(value, tuple | list) else value
