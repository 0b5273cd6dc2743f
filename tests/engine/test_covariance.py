"""The fourteen covariance families: counts, promises, optimality, and mclust's M-steps."""

import csv
import json

import numpy as np
import pytest
from scipy.stats import special_ortho_group

from gmm_engine.covariance import FAMILIES, common_axes, family
from tests.data_dir import shared_file
from tests.reference_covariance import balanced, broken_promises, full, log_likelihood

CLOSED = ["EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "EEV", "VEV", "EVV", "VVV"]


def make_scatters(k=3, d=4, seed=0):
    """Random scatters (k, d, d) of differing size, shape and orientation; weights (k,)."""
    rng = np.random.default_rng(seed)
    weights = rng.uniform(20, 80, k)
    roots = rng.normal(size=(k, d, d)) * rng.uniform(0.2, 3, (k, 1, d))
    return weights[:, None, None] * (roots @ roots.transpose(0, 2, 1) + 0.01 * np.eye(d)), weights


def solve(name, scatters, weights, previous=None):
    """Covariance matrices (k, d, d) of a family, whatever form it works in."""
    if not family(name).diagonal:
        return family(name).solve(scatters, weights, previous)
    cut = [None if m is None else np.diagonal(m, axis1=1, axis2=2).copy() for m in (scatters, previous)]
    return full(family(name).solve(cut[0], weights, cut[1]))


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize(("k", "d"), [(1, 1), (3, 1), (1, 3), (2, 2), (4, 5)])
def test_keeps_its_promise(name, k, d):
    covariances = solve(name, *make_scatters(k, d))
    assert broken_promises(name, covariances) == []


def test_the_judge_notices_broken_promises():
    free = solve("VVV", *make_scatters())
    assert broken_promises("EII", free) == ["volumes differ", "not spheres", "off the axes"]
    assert broken_promises("EEE", free) == ["volumes differ", "shapes differ", "orientations differ"]


@pytest.mark.parametrize("name", FAMILIES)
def test_no_neighbour_within_the_family_is_better(name):
    scatters, weights = make_scatters()
    best = log_likelihood(solve(name, scatters, weights), scatters, weights)
    for seed in range(5):
        disturbed, _ = make_scatters(seed=seed + 1)
        neighbour = solve(name, scatters + 1e-3 * disturbed, weights)
        assert best >= log_likelihood(neighbour, scatters, weights) - 1e-9 * abs(best)


@pytest.mark.parametrize("name", FAMILIES)
def test_never_falls_from_the_previous_covariances(name):
    previous = solve(name, *make_scatters(seed=5))
    scatters, weights = make_scatters(seed=6)
    improved = solve(name, scatters, weights, previous)
    before = log_likelihood(previous, scatters, weights)
    assert log_likelihood(improved, scatters, weights) >= before
    again = solve(name, scatters, weights, improved)
    gain = log_likelihood(again, scatters, weights) - log_likelihood(improved, scatters, weights)
    assert gain == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("name", ["VII", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV", "EEE", "VVV", "EII"])
def test_turning_the_columns_turns_the_covariances(name):
    scatters, weights = make_scatters(2, 3)
    turn = special_ortho_group.rvs(3, random_state=0)
    turned = solve(name, turn @ scatters @ turn.T, weights)
    np.testing.assert_allclose(turned, turn @ solve(name, scatters, weights) @ turn.T, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", FAMILIES)
def test_units_do_not_matter(name):
    scatters, weights = make_scatters()
    small = solve(name, scatters, weights)
    np.testing.assert_allclose(solve(name, scatters * 1e12, weights), small * 1e12, rtol=1e-5)


def test_equal_matrix_own_volumes_equals_its_definition():
    scatters, weights = make_scatters()
    np.testing.assert_allclose(solve("VEE", scatters, weights), balanced(scatters, weights), rtol=1e-9)


@pytest.mark.parametrize("equal_volume", [True, False])
def test_common_axes_in_the_plane_are_the_best_of_all_angles(equal_volume):
    scatters, weights = make_scatters(3, 2)
    angles = np.linspace(0, np.pi, 20001)
    axes = np.array([[np.cos(angles), -np.sin(angles)], [np.sin(angles), np.cos(angles)]]).transpose(2, 0, 1)
    lengths = np.einsum("afg,jfh,ahg->ajg", axes, scatters, axes)
    if equal_volume:
        criteria = np.log(np.sqrt(lengths.prod(axis=2)).sum(axis=1))
    else:
        criteria = (weights * np.log(lengths).mean(axis=2)).sum(axis=1) / weights.sum()
    found, own_lengths, criterion = common_axes(scatters, weights, np.eye(2), equal_volume)
    np.testing.assert_allclose(found.T @ found, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(own_lengths, np.einsum("fg,jfh,hg->jg", found, scatters, found))
    assert criterion == pytest.approx(criteria.min(), rel=1e-7)


@pytest.mark.parametrize(
    ("name", "count"),
    list(zip(FAMILIES, [1, 3, 4, 6, 10, 12, 10, 12, 16, 18, 22, 24, 28, 30], strict=True)),
)
def test_counts_free_parameters(name, count):
    assert family(name).count(3, 4) == count


@pytest.mark.parametrize("name", FAMILIES)
def test_a_component_without_spread_gets_a_singular_covariance(name):
    scatters, weights = make_scatters()
    scatters[1] = 0.0
    covariances = solve(name, scatters, weights)
    assert np.isfinite(np.delete(covariances, 1, axis=0)).all()
    assert name[:2] in ("EI", "EE") or np.abs(covariances[1]).max() < 1e-9


@pytest.mark.parametrize("name", FAMILIES)
def test_rows_on_a_line_end_in_singular_covariances_not_in_a_crash(name):
    scatters, weights = make_scatters(d=2)
    scatters[:] = weights[:, None, None] * np.ones((2, 2))
    covariances = solve(name, scatters, weights)
    off_axes = not family(name).diagonal
    assert not off_axes or not (np.linalg.eigvalsh(covariances) > 1e-9).all()


def first_m_steps():
    """(data set, family) pairs whose first M-step is stored."""
    return [(*pair, name) for pair in (("faithful", 2), ("iris", 3), ("diabetes", 3)) for name in FAMILIES]


@pytest.mark.parametrize(("data", "k", "name"), first_m_steps())
def test_one_m_step_is_mclusts_or_better(data, k, name):
    stored = json.loads(shared_file(f"mclust/{data}_mstep_me_G{k}.json").read_text())
    expected = np.array(stored["models"][name]["one_mstep"]["covariances"])
    scatters, weights = partition_scatters(data, k, expected.shape[1])
    found = solve(name, scatters, weights)
    if name in CLOSED:
        assert np.abs(found - expected).max() <= 1e-7 * np.abs(expected).max()
    gain = log_likelihood(found, scatters, weights) - log_likelihood(expected, scatters, weights)
    assert gain >= -1e-6


def partition_scatters(data, k, d):
    """Scatters and weights of the stored start partition into k classes."""
    with shared_file(f"mclust/{data}.csv").open() as file:
        rows = np.array([[float(cell) for cell in line[:d]] for line in list(csv.reader(file))[1:]])
    with shared_file(f"mclust/{data}_init_partition.csv").open() as file:
        labels = np.array([int(line[f"G{k}"]) for line in csv.DictReader(file)])
    groups = [rows[labels == label] for label in range(1, k + 1)]
    scatters = [np.cov(group.T, bias=True) * len(group) for group in groups]
    return np.array(scatters), np.array([float(len(group)) for group in groups])
