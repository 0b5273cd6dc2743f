"""BayesianGaussianMixture beside scikit-learn's, its bound against exact evidence."""

from itertools import product

import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.special import betaln, digamma, gammaln, multigammaln
from scipy.stats import gamma, norm
from sklearn.mixture import BayesianGaussianMixture as SklearnMixture
from sklearn.utils.estimator_checks import parametrize_with_checks

from gmm_engine import BayesianGaussianMixture, DataError

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
KINDS = ("full", "tied", "diag", "spherical")
TYPES = ("dirichlet_process", "dirichlet_distribution")


@parametrize_with_checks([BayesianGaussianMixture()])
def test_scikit_learn_estimator_checks(estimator, check):
    check(estimator)


def _theirs(resp, **options):
    model = SklearnMixture(**options)
    model._initialize_parameters = lambda X, random_state, xp=None: model._initialize(X, resp)
    return model


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("weights", TYPES)
def test_equals_scikit_learn_from_the_same_start(kind, weights, three_blobs):
    resp = np.random.default_rng(0).dirichlet(np.full(4, 0.3), len(three_blobs))
    options = {
        "n_components": 4, "covariance_type": kind, "weight_concentration_prior_type": weights,
        "max_iter": 25, "tol": 0, "weight_concentration_prior": 0.3, "mean_precision_prior": 0.7,
        "degrees_of_freedom_prior": 4.5, "mean_prior": [0.1, 0.2, -0.3],
    }  # fmt: skip
    theirs = _theirs(resp, **options).fit(three_blobs)
    ours = BayesianGaussianMixture(**options, resp_init=resp).fit(three_blobs)
    for name in (
        "weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_", "mean_precision_",
        "degrees_of_freedom_", "covariance_prior_", "mean_prior_",
    ):  # fmt: skip
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(ours.weight_concentration_, theirs.weight_concentration_, rtol=1e-6)
    np.testing.assert_allclose(ours.score_samples(three_blobs), theirs.score_samples(three_blobs), atol=1e-6)
    np.testing.assert_allclose(ours.predict_proba(three_blobs), theirs.predict_proba(three_blobs), atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("weights", TYPES)
def test_the_lower_bound_never_falls(kind, weights, three_blobs):
    model = BayesianGaussianMixture(
        n_components=8, covariance_type=kind, weight_concentration_prior_type=weights, reg_covar=0,
        init_params="random", random_state=0, max_iter=300, tol=1e-6,
    )  # fmt: skip
    bounds = model.fit(three_blobs).lower_bounds_
    assert np.diff(bounds).min() > -1e-7 * abs(bounds[-1])


def test_one_component_reaches_the_exact_evidence():
    """Conjugate: the bound is the log evidence, here also by integration over mean and precision."""
    x = np.random.default_rng(0).normal(1.0, 2.0, 6)
    model = BayesianGaussianMixture(
        mean_prior=[0.5], mean_precision_prior=0.8, degrees_of_freedom_prior=3.0, covariance_prior=[[2.0]],
        reg_covar=0, max_iter=5, tol=0,
    )  # fmt: skip
    model.fit(x[:, None])

    def integrand(mean, precision):
        likelihood = np.prod(norm.pdf(x, mean, precision**-0.5))
        return (
            likelihood * norm.pdf(mean, 0.5, (0.8 * precision) ** -0.5) * gamma.pdf(precision, 1.5, scale=1)
        )

    evidence = dblquad(integrand, 1e-9, 15, -25, 25, epsabs=1e-16, epsrel=1e-9)[0]
    # The single weight's stick still costs its divergence: Beta(1 + n, 1) from Beta(1, 1).
    sticks = _stick_divergence(1 + len(x), 1.0, 1.0)
    assert model.lower_bounds_[-1] + sticks - _expected_log_stick(len(x)) == pytest.approx(
        np.log(evidence), abs=1e-6
    )


def _expected_log_stick(n):
    return n * (digamma(1 + n) - digamma(2 + n))


def _stick_divergence(a, b, concentration):
    total = digamma(a + b)
    gain = (a - 1) * (digamma(a) - total) + (b - concentration) * (digamma(b) - total)
    return betaln(1, concentration) - betaln(a, b) + gain


def _log_evidence_of_group(x, mean, precision, freedom, inverse_scale):
    """Log marginal likelihood of one-column rows under a normal-Wishart prior (Murphy 2007)."""
    n = len(x)
    if n == 0:
        return 0.0
    after = inverse_scale + np.square(x - x.mean()).sum()
    after += precision * n / (precision + n) * (x.mean() - mean) ** 2
    return (
        -0.5 * n * np.log(np.pi) + multigammaln((freedom + n) / 2, 1) - multigammaln(freedom / 2, 1)
        + 0.5 * freedom * np.log(inverse_scale) - 0.5 * (freedom + n) * np.log(after)
        + 0.5 * np.log(precision / (precision + n))
    )  # fmt: skip


def test_the_bound_stays_below_the_exact_evidence_of_two_components():
    x = np.array([-3.1, -2.7, -3.3, 2.9, 3.2, 3.4, 2.6])
    alpha, prior = 0.7, (0.0, 0.5, 2.0, 1.5)
    logs = []
    for labels in product((0, 1), repeat=len(x)):
        counts = np.bincount(labels, minlength=2)
        log_prior = gammaln(2 * alpha) - 2 * gammaln(alpha) + gammaln(counts + alpha).sum()
        log_prior -= gammaln(len(x) + 2 * alpha)
        groups = [x[np.array(labels) == j] for j in range(2)]
        logs.append(log_prior + sum(_log_evidence_of_group(group, *prior) for group in groups))
    evidence = np.logaddexp.reduce(logs)
    model = BayesianGaussianMixture(
        n_components=2, weight_concentration_prior_type="dirichlet_distribution",
        weight_concentration_prior=alpha, mean_prior=[0.0], mean_precision_prior=0.5,
        degrees_of_freedom_prior=2.0, covariance_prior=[[1.5]], reg_covar=0, random_state=0, max_iter=500,
    )  # fmt: skip
    bound = model.fit(x[:, None]).lower_bound_
    assert bound < evidence
    # Two labellings are equally likely; a bound at one of them misses log 2 and little more.
    assert bound > evidence - np.log(2) - 0.3


def test_components_that_are_not_needed_empty(three_blobs):
    model = BayesianGaussianMixture(n_components=10, random_state=0, max_iter=2000).fit(three_blobs)
    used = model.used_components(three_blobs, n_draws=100)
    assert used.sum() == pytest.approx(1)
    assert np.argmax(used) <= 5
    assert (model.weights_ > 0.05).sum() == 3


def test_a_mixture_of_means_answers_questions(three_blobs):
    model = BayesianGaussianMixture(n_components=3, random_state=0).fit(three_blobs)
    assert model.marginal([0]).means_.shape == (3, 1)
    assert model.sample(10)[0].shape == (10, 3)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"degrees_of_freedom_prior": 1.0}, "degrees_of_freedom_prior"),
        ({"mean_prior": [1.0]}, "means"),
        ({"covariance_prior": -np.eye(3)}, "covariance_prior"),
    ],
)
def test_wrong_priors_are_refused_by_name(options, word, three_blobs):
    with pytest.raises(DataError, match=word):
        BayesianGaussianMixture(n_components=2, **options).fit(three_blobs)
