"""Two labels on a graph: the minimum cut by its linear programme, and distances along pixels."""

from __future__ import annotations

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel

SCALE = 20.0  # size of the primal step against the dual one, nats
DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))


@kernel
def minimum_cut(unary, tails, heads, weights, x, tol, most):
    """Minimise -sum unary x + sum weights |x_tail - x_head| over x in [0, 1], in place.

    unary (n,): nats in favour of label one. tails, heads (m,): edges; weights (m,): their price
    in nats; no node has more than eight. The programme has the minimum cut as its solution
    (threshold at one half). Primal-dual steps of Chambolle and Pock, JMIV 40, 2011, algorithm 1.
    Stops when x moves less than `tol` on average, or after `most` sweeps; returns the sweeps.
    """
    n, m = len(unary), len(weights)
    flow, pull, ahead = np.zeros(m, np.float32), np.zeros(n, np.float32), x.copy()
    rise, step = np.float32(SCALE / 2), np.float32(1 / (8 * SCALE))
    for sweep in range(most):
        pull[:] = 0
        for e in range(m):
            p = flow[e] + rise * (ahead[tails[e]] - ahead[heads[e]])
            p = min(max(p, -weights[e]), weights[e])
            flow[e] = p
            pull[tails[e]] += p
            pull[heads[e]] -= p
        moved = 0.0
        for i in range(n):
            new = x[i] + step * (unary[i] - pull[i])
            new = min(max(new, np.float32(0)), np.float32(1))
            moved += abs(new - x[i])
            ahead[i] = 2 * new - x[i]
            x[i] = new
        if moved < tol * n:
            return sweep + 1
    return most


@kernel
def grid_edges(colours, number):
    """Edges between the numbered pixels of an eight-connected grid.

    colours (n, d) float32: of each node. number (h, w): node of each pixel, or -1.
    Returns tails, heads (m,), squared colour steps (m,) and lengths (m,) in pixels.
    """
    height, width = number.shape
    count = len(colours)
    tails, heads = np.empty(4 * count, np.int32), np.empty(4 * count, np.int32)
    squares, lengths = np.empty(4 * count, np.float32), np.empty(4 * count, np.float32)
    m = 0
    for y in range(height):
        for x in range(width):
            if number[y, x] < 0:
                continue
            for down, right in DIRECTIONS:
                v, u = y + down, x + right
                if v < height and 0 <= u < width and number[v, u] >= 0:
                    tails[m], heads[m] = number[y, x], number[v, u]
                    squares[m] = _square_step(colours[number[y, x]], colours[number[v, u]])
                    lengths[m] = np.sqrt(np.float32(down * down + right * right))
                    m += 1
    return tails[:m].copy(), heads[:m].copy(), squares[:m].copy(), lengths[:m].copy()


@inlined
def _square_step(one, other):
    square = np.float32(0)
    for f in range(len(one)):
        square += (one[f] - other[f]) * (one[f] - other[f])
    return square


@kernel
def walk(cost, distance, most):
    """Shorten distances (h, w), in place, to those along eight-connected paths of least cost.

    cost (h, w): price per pixel of length. distance: 0 at the sources, infinity elsewhere.
    Raster sweeps in both directions until nothing changes, at most `most`; returns their number.
    """
    height, width = cost.shape
    for sweep in range(most):
        changed = False
        for y in range(height):
            for x in range(width):
                changed |= _relax(cost, distance, y, x, 1)
        for y in range(height - 1, -1, -1):
            for x in range(width - 1, -1, -1):
                changed |= _relax(cost, distance, y, x, -1)
        if not changed:
            return sweep + 1
    return most


@inlined
def _relax(cost, distance, y, x, way):
    """Try the four neighbours already passed by a sweep that goes down (1) or up (-1)."""
    height, width = cost.shape
    best = distance[y, x]
    for down, right in DIRECTIONS:
        v, u = y - way * down, x - way * right
        if 0 <= v < height and 0 <= u < width:
            length = np.sqrt(np.float32(down * down + right * right))
            best = min(best, distance[v, u] + length * (cost[y, x] + cost[v, u]) / 2)
    if best < distance[y, x]:
        distance[y, x] = best
        return True
    return False
