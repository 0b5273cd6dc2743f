"""Readable twins of the picture kernels: plain NumPy and SciPy, no shared code."""

from __future__ import annotations

import heapq
import itertools

import numpy as np
from scipy.ndimage import label
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow


def patches(labels):
    numbers, sizes = np.full(labels.shape, -1), []
    for value in np.unique(labels):
        found, count = label(labels == value)
        for i in range(1, count + 1):
            numbers[found == i] = len(sizes)
            sizes.append(int((found == i).sum()))
    return numbers, sizes


def description(pixels, independent, noise, labelling, total):
    """Nats for the pixels (n, d) of one region."""
    d = pixels.shape[1]
    spread = np.cov(pixels.T, bias=True).reshape(d, d) + noise * np.eye(d)
    entropy = labelling * np.log(len(pixels) / total)
    return len(pixels) / independent * (0.5 * np.linalg.slogdet(spread)[1] - entropy)


def cheapest_merge(pixels, labels, independent, noise, fence, labelling):
    """The first merge of the agglomeration: change of description length and the pair."""
    d, total = pixels.shape[2], labels.size
    sides = _sides(pixels, labels)
    contrast = sum(map(sum, sides.values())) / sum(map(len, sides.values()))
    found = []
    for (i, j), steps in sides.items():
        code = [
            description(pixels[where], independent, noise, labelling, total)
            for where in ((labels == i) | (labels == j), labels == i, labels == j)
        ]
        parameters = 0.5 * (d * (d + 3) / 2 + 1) * np.log(total / independent)
        border = fence * len(steps) / np.sqrt(independent) * np.exp(-np.mean(steps) / contrast)
        found.append((code[0] - code[1] - code[2] - parameters - border, (i, j)))
    return min(found)


def _sides(pixels, labels):
    """Colour steps of the touching pixels of every two labels."""
    sides = {}
    for y, x in np.ndindex(labels.shape):
        for v, u in ((y + 1, x), (y, x + 1)):
            if v < labels.shape[0] and u < labels.shape[1] and labels[v, u] != labels[y, x]:
                pair = tuple(sorted((int(labels[y, x]), int(labels[v, u]))))
                sides.setdefault(pair, []).append(float(np.linalg.norm(pixels[v, u] - pixels[y, x])))
    return sides


def settle(labels, where, features, means, covariances, constants, agreement):
    """One sweep of iterated conditional modes over the listed pixels."""
    labels = labels.copy()
    for place, x in zip(where, features, strict=True):
        y, column = divmod(int(place), labels.shape[1])
        window = labels[max(0, y - 1) : y + 2, max(0, column - 1) : column + 2].ravel().tolist()
        own = labels[y, column]
        window.remove(own)
        values = {}
        for j in dict.fromkeys([int(own), *window]):
            away = x - means[j]
            square = away @ np.linalg.solve(covariances[j], away)
            values[j] = constants[j] - 0.5 * square + agreement * window.count(j)
        labels[y, column] = max(values, key=values.get)
    return labels


def walk(cost, sources):
    """Dijkstra on the eight-connected grid; an edge costs its length times the mean of its ends."""
    distance = np.full(cost.shape, np.inf)
    queue = [(0.0, y, x) for y, x in np.argwhere(sources)]
    distance[sources] = 0
    while queue:
        reached, y, x = heapq.heappop(queue)
        for down, right in itertools.product((-1, 0, 1), repeat=2):
            v, u = y + down, x + right
            if (down or right) and 0 <= v < cost.shape[0] and 0 <= u < cost.shape[1]:
                there = reached + np.hypot(down, right) * (cost[y, x] + cost[v, u]) / 2
                if there < distance[v, u] - 1e-12:
                    distance[v, u] = there
                    heapq.heappush(queue, (there, v, u))
    return distance


def minimum_cut_energy(unary, tails, heads, weights, scale=1000):
    """Energy of the exact minimum cut, by maximum flow with whole-numbered capacities."""
    n = len(unary)
    rows = np.concatenate([tails, heads, np.full(n, n), np.arange(n)])
    columns = np.concatenate([heads, tails, np.arange(n), np.full(n, n + 1)])
    values = np.concatenate([weights, weights, np.maximum(unary, 0), np.maximum(-unary, 0)])
    capacity = csr_array((np.round(values * scale).astype(np.int32), (rows, columns)), shape=(n + 2, n + 2))
    flow = maximum_flow(capacity, n, n + 1).flow_value / scale
    return flow - np.maximum(unary, 0).sum()


def energy(unary, tails, heads, weights, labels):
    return float(-(unary * labels).sum() + (weights * (labels[tails] != labels[heads])).sum())
