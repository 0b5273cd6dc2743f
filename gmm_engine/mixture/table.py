"""A fit to a table that is somewhere else, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gmm_engine.mixture.gaussian import GaussianMixture
from gmm_engine.rows import open_rows


def fit_table(
    source: Any,
    n_components: int = 1,
    *,
    columns: Sequence[str] | None = None,
    dtype: Any = None,
    scheduler: str | None = None,
    **settings: Any,
) -> GaussianMixture:
    """Fit a mixture to files or to a Dask collection, in constant memory.

    Parameters
    ----------
    source, columns, dtype, scheduler : as for `open_rows`.
    n_components, settings : as for `GaussianMixture`.

    Examples
    --------
    >>> import tempfile, pandas as pd
    >>> from gmm_engine import fit_table
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = pd.DataFrame({"x": [0.0, 1.0, 9.0, 10.0], "who": list("abcd")})
    ...     table.to_parquet(f"{folder}/rows.parquet")
    ...     model = fit_table(f"{folder}/*.parquet", 2, random_state=0)
    >>> sorted(model.means_[:, 0].round(2).tolist())
    [0.5, 9.5]
    """
    rows = open_rows(source, columns, dtype=dtype, scheduler=scheduler)
    return GaussianMixture(n_components, **settings).fit(rows)
