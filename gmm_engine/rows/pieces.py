"""Rows that are never all in memory: pieces are read where they lie, and only sums of them meet."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gmm_engine.rows.files import Source
from gmm_engine.rows.frame import Frame
from gmm_engine.rows.sums import EStep, LogDensities, Look, Score, Survey
from gmm_engine.types import Array, Params, Stats


class PiecedRows:
    """Rows of a source, in a frame.

    Parameters
    ----------
    source : where the rows are.
    frame : coordinates, made from a sample.
    survey : a first look at the rows, where something depends on it.
    log_widths : (d,) log width of the noise component's box in the frame, or None.
    """

    def __init__(
        self, source: Source, frame: Frame, survey: Survey | None = None, log_widths: Array | None = None
    ) -> None:
        self.source, self.frame, self.log_widths = source, frame, log_widths
        self.d, self.dtype = source.d, np.dtype(source.dtype)
        self._cells = float(self.d)
        if survey is not None:
            self.n, self.total = survey.n, float(survey.n)
            self._cells = float(survey.observed.sum() / survey.n)

    @property
    def log_volume(self) -> float:
        """Add to a mean log-likelihood in the frame to have the user's: observed cells count."""
        return float(self._cells * np.log(self.frame.scale))

    def estep(self, params: Params) -> Stats:
        """Sufficient statistics of all rows under their responsibilities."""
        means = params.means.astype(self.dtype).astype(np.float64)
        reference = Params(params.weights, means, params.factors, params.noise, params.noise_log_density)
        sums = self.source.total(EStep(params, self.frame, self.log_widths))
        likelihood, total, log_max, noise, seen = map(float, sums.scalars)
        self.n, self.total, self._cells = int(total), total, seen / max(total, 1)
        return Stats(reference, sums.weight, sums.first, sums.second, likelihood, total, log_max, noise)

    def pooled(self) -> Stats:
        """Statistics of all rows as one component."""
        # The frame's origin is near the mean and its unit near the deviation, so no digits are lost.
        return self.estep(Params(np.ones(1), np.zeros((1, self.d)), np.eye(self.d)[None]))

    def log_densities(self, params: Params) -> Array:
        """Weighted log densities (n, k) in the user's units, noise left out."""
        return np.concatenate(list(self.source.map(LogDensities(params, self.frame, self.log_widths))))

    def scores(self, params: Params) -> Iterator[tuple[Array, Array]]:
        """`score` of one piece after the other."""
        return self.source.map(Score(params, self.frame, self.log_widths))

    def score(self, params: Params) -> tuple[Array, Array]:
        """Log density (n,) in the user's units, and likeliest component (n,), -1 for noise."""
        found = list(self.scores(params))
        return np.concatenate([scores for scores, _ in found]), np.concatenate(
            [labels for _, labels in found]
        )


def survey(source: Source, seed: int) -> Survey:
    """Count, range and a sample of all rows, found once; they depend on the rows and the seed only."""
    if seed not in source.surveys:
        source.surveys[seed] = source.total(Look.of(source.d, source.dtype, seed, source.rows))
    found: Survey = source.surveys[seed]
    return found
