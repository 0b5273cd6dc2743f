"""Readable twin of the model-based agglomeration: every pair priced again at every merge."""

from __future__ import annotations

import itertools

import numpy as np


def merged_clusters(X, weight, k, strength=1.0):
    """Labels of the k clusters that greedy merging leaves."""
    n, d = X.shape
    ridge = np.average(np.square(X), axis=0, weights=weight).mean() / n ** (1 / d)
    clusters = [[i] for i in range(n)]
    while len(clusters) > k:
        prices = {
            pair: _cost(X, weight, clusters[pair[0]] + clusters[pair[1]], strength, ridge)
            - _cost(X, weight, clusters[pair[0]], strength, ridge)
            - _cost(X, weight, clusters[pair[1]], strength, ridge)
            for pair in itertools.combinations(range(len(clusters)), 2)
        }
        first, second = min(prices, key=prices.get)
        clusters[first] += clusters.pop(second)
    labels = np.empty(n, int)
    for label, members in enumerate(clusters):
        labels[members] = label
    return labels


def _cost(X, weight, members, strength, ridge):
    count = weight[members].sum()
    centred = X[members] - np.average(X[members], axis=0, weights=weight[members])
    scatter = (centred.T * weight[members]) @ centred + strength * ridge * np.eye(X.shape[1])
    return (count + strength) * np.linalg.slogdet(scatter / (count + strength))[1]
