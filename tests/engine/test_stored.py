"""Every kind of model travels as strict JSON, and a document with anything else in a field is refused."""

import copy
import json

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from gmm_engine import (
    BayesianGaussianMixture,
    GaussianMixture,
    MixtureClassifier,
    MixtureOutlierDetector,
    MixtureReducer,
    RegimeModel,
    SequenceClassifier,
)
from gmm_engine.errors import DataError
from gmm_engine.stored import Fields

NASTY = (None, "x", -1, 1e308, 10**400, True, [], [[]], [1, [2]], {}, {"a": 1}, [[[1.0]]], float("nan"))


def _table():
    rng = np.random.default_rng(3)
    return pd.DataFrame(rng.normal(size=(60, 2)) + np.repeat([[0.0], [6.0]], 30, axis=0), columns=["a", "b"])


def _words():
    rng = np.random.default_rng(0)
    rise = [np.linspace(-1, 1, 30)[:, None] + rng.normal(0, 0.3, (30, 2)) for _ in range(4)]
    return rise + [frames[::-1] for frames in rise], ["rise"] * 4 + ["fall"] * 4


def _classifier():
    return MixtureClassifier(1, calibrate=False, shrinkage=(0.1, 0.1)).fit(_table(), np.repeat([0, 1], 30))


MAKERS = {
    "mixture": lambda: GaussianMixture(2, random_state=0, noise=True).fit(_table()),
    "posterior": lambda: BayesianGaussianMixture(n_components=2, random_state=0, tol=1).fit(_table()),
    "detector": lambda: MixtureOutlierDetector(n_components=2).fit(_table()),
    "classifier": _classifier,
    "reducer": lambda: MixtureReducer(n_mixture=2, covariance_type="full").fit(_table()),
    "regimes": lambda: RegimeModel(2, order=1).fit(_table()["a"]),
    "words": lambda: SequenceClassifier(n_states=2, n_components=1, calibrate=False).fit(*_words()),
    "speakers": lambda: SequenceClassifier("gaussian", calibrate=False).fit(*_words()),
}


@pytest.fixture(scope="module", params=MAKERS)
def model(request):
    return MAKERS[request.param]()


def _answer(model):
    """What the model says about rows: it must not fail, whatever the document held."""
    if isinstance(model, SequenceClassifier):
        return model.predict_log_proba(_words()[0])
    if isinstance(model, RegimeModel):
        return model.smooth(_table()["a"])
    X = pd.DataFrame(_table().to_numpy(), columns=getattr(model, "feature_names_in_", None))
    if isinstance(model, MixtureReducer):
        return model.transform(X)
    return model.predict_proba(X) if isinstance(model, MixtureClassifier) else model.score_samples(X)


def _places(part, path=()):
    """Every field of a document, and the first entry of every list."""
    inner = part.items() if isinstance(part, dict) else enumerate(part[:1]) if isinstance(part, list) else ()
    for name, value in inner:
        yield (*path, name)
        yield from _places(value, (*path, name))


def _changed(document, path, value):
    changed = copy.deepcopy(document)
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return changed


def test_a_model_travels_as_strict_json(model):
    text = json.dumps(model.to_dict(), allow_nan=False)
    again = type(model).from_dict(json.loads(text))
    np.testing.assert_allclose(_answer(again), _answer(model), rtol=1e-6, atol=1e-8)
    assert again.to_dict().keys() == model.to_dict().keys()


def test_a_field_that_holds_anything_else_is_refused_or_harmless(model):
    document = model.to_dict()
    refused = 0
    for path in _places(document):
        for value in NASTY:
            try:
                read = type(model).from_dict(_changed(document, path, value))
            except DataError:
                refused += 1
            else:
                _answer(read)
    assert refused > 100


@pytest.mark.parametrize("value", NASTY, ids=lambda value: repr(value)[:12])
def test_what_is_no_document_is_refused(model, value):
    with pytest.raises(DataError, match=r"is not an? .*object"):
        type(model).from_dict(value)


def test_a_model_without_a_fit_has_no_document(model):
    with pytest.raises(NotFittedError):
        type(model)().to_dict()


def test_names_of_columns_travel_too():
    again = MixtureClassifier.from_dict(json.loads(json.dumps(_classifier().to_dict())))
    assert again.feature_names_in_.tolist() == ["a", "b"]
    assert again.shrinkage == (0.1, 0.1)


def test_a_mixture_that_was_not_fitted_is_strict_json_as_well():
    part = MAKERS["mixture"]().marginal([0])
    assert json.loads(json.dumps(part.to_dict(), allow_nan=False))["lower_bound"] is None


def test_fields_say_what_they_should_be():
    fields = Fields({"one": 1.5, "rows": [[1.0, 2.0]], "names": ["a", "a"]})
    with pytest.raises(DataError, match=r"'rows' has shape \(1, 2\); it must have any x 3"):
        fields.array("rows", (None, 3))
    with pytest.raises(DataError, match=r"'one' must be a whole number from 0 to 9, not 1\.5"):
        fields.count("one", 0, 9)
    with pytest.raises(DataError, match="'names' names a label twice"):
        fields.labels("names")
    with pytest.raises(DataError, match="'nothing' must be an object"):
        fields.part("nothing")
