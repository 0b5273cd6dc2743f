"""Tables that several engine tests share."""

import numpy as np
import pytest


@pytest.fixture(scope="session")
def three_blobs():
    """1,200 rows, 3 columns, three components of unequal size, spread and tilt."""
    rng = np.random.default_rng(0)
    parts = [(0.0, 1.0, 300), (5.0, 2.0, 500), (-6.0, 0.5, 400)]
    return np.concatenate([rng.normal(mean, sd, (n, 3)) @ rng.normal(size=(3, 3)) for mean, sd, n in parts])
