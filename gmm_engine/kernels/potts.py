"""Labels that agree with their neighbours: iterated conditional modes on listed pixels."""

from __future__ import annotations

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel


@kernel
def settle(
    labels,
    where,
    features,
    means,
    inverses,
    constants,
    agreement,
):
    """One sweep: each listed pixel takes the likeliest label among those of its eight neighbours.

    labels (h, w) int32, changed in place. where (m,): flat indices. features (m, d): their
    colours. means (k, d), inverses (k, d, d) of the lower Cholesky factors, constants (k,):
    log densities in nats. agreement: nats a label gains per equal neighbour (Besag, JRSS B 48,
    1986). Returns the number of changed pixels.
    """
    height, width = labels.shape
    seen, votes = np.empty(9, np.int64), np.empty(9, np.int64)
    changed = 0
    for i in range(len(where)):
        y, x = where[i] // width, where[i] % width
        count = _neighbours(labels, y, x, seen, votes)
        best, highest = labels[y, x], -np.inf
        for c in range(count):
            j = seen[c]
            value = constants[j] + agreement * votes[c] - 0.5 * _square(features[i], means[j], inverses[j])
            if value > highest:
                best, highest = j, value
        changed += best != labels[y, x]
        labels[y, x] = best
    return changed


@inlined
def _neighbours(labels, y, x, seen, votes):
    """The pixel's own label and its neighbours', each with the number of neighbours that have it."""
    height, width = labels.shape
    seen[0], votes[0] = labels[y, x], 0
    count = 1
    for v in range(max(0, y - 1), min(height, y + 2)):
        for u in range(max(0, x - 1), min(width, x + 2)):
            if v == y and u == x:
                continue
            c = 0
            while c < count and seen[c] != labels[v, u]:
                c += 1
            if c == count:
                seen[c], votes[c] = labels[v, u], 0
                count += 1
            votes[c] += 1
    return count


@inlined
def _square(x, mean, inverse):
    """Squared Mahalanobis distance."""
    total = 0.0
    for f in range(len(mean)):
        z = 0.0
        for g in range(f + 1):
            z += inverse[f, g] * (x[g] - mean[g])
        total += z * z
    return total
