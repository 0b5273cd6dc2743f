"""One candidate at a time: the likeliest sound fit of a family with k components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine import em, start
from gmm_engine.covariance import family
from gmm_engine.errors import DegenerateFitError
from gmm_engine.mixture.mstep import MStep
from gmm_engine.mixture.soundness import complaint
from gmm_engine.rows import MemoryRows, PiecedRows, SplitRows
from gmm_engine.types import Array, Outcome, Params, Stats

FREE = "VVV"
SHORT_STEPS, SEEDINGS = 5, 6


@dataclass(frozen=True, eq=False)
class Fit:
    """A finished fit in the rows' coordinates.

    Attributes
    ----------
    params, stats : the mixture, and the statistics of an E-step at it.
    converged, n_iter : how EM ended.
    degenerate : why the fit is not to be trusted; empty if it is.
    """

    params: Params
    stats: Stats
    converged: bool
    n_iter: int
    degenerate: str = ""


@dataclass(frozen=True)
class Stop:
    """How a fit is held and ended, as in `GaussianMixture`."""

    reg_covar: float = 0.0
    tol: float = 3e-5
    max_iter: int = 1000


class Search:
    """Fits of the same rows from the same starts, which are found once for each k.

    Parameters
    ----------
    rows : the data, missing cells filled in for starts.
    most : largest number of components that will be asked for.
    seed : of all randomness; what one number of components draws depends on no other.
    stop : when EM ends.
    observed : the observed cells of the same rows, if some are missing.
    """

    def __init__(
        self,
        rows: MemoryRows,
        most: int,
        seed: int,
        stop: Stop,
        observed: MemoryRows | SplitRows | PiecedRows | None = None,
    ) -> None:
        self.rows, self.most, self.seed, self.stop = rows, most, seed, stop
        self.observed = rows if observed is None else observed
        self._ridge = np.full(rows.d, stop.reg_covar * rows.frame.scale**2)
        self._starts = start.Partitions(rows, most, np.random.RandomState(seed), start.THOROUGH)
        self._pooled = rows.pooled().scatters()[0] / rows.total
        self._labels: dict[int, list[Array]] = {}

    def fit(self, k: int, name: str) -> Fit:
        """The likeliest sound one of several fits; an unsound one if there is no other.

        Raises
        ------
        DegenerateFitError
            EM from every start ran into a singular covariance.
        """
        maximise = MStep(family(name), self._ridge)
        fits, reason = [], DegenerateFitError("no start")
        for params in self._openings(k, maximise):
            try:
                fits.append(self._finish(params, maximise))
            except DegenerateFitError as error:
                reason = error
                continue
            if not fits[-1].degenerate:
                return fits[-1]
        if not fits:
            raise reason
        return fits[0]

    def _openings(self, k: int, maximise: MStep) -> list[Params]:
        """Where short runs from every start ended, likeliest first."""
        diagonal = maximise.family.diagonal
        if k == 1:
            return [maximise(self.rows.weigh(np.ones((self.rows.n, 1)), diagonal=diagonal), None)]
        sample, labels = self._starts.rows, self._partitions(k)
        runs = start.short_runs(sample, labels, k, maximise, diagonal=diagonal, n_steps=SHORT_STEPS)
        return [run.params for run in sorted(runs, key=lambda run: -run.bound)]

    def _partitions(self, k: int) -> list[Array]:
        """Cuts of the trees, and the best of the seeded partitions as free ellipsoids see them."""
        if k not in self._labels:
            self._labels[k] = self._starts.hierarchical(k) + self._best_seeded(k)
        return self._labels[k]

    def _best_seeded(self, k: int) -> list[Array]:
        sample, rng = self._starts.rows, np.random.RandomState((self.seed + 7919 * k) % 2**32)
        maximise = MStep(family(FREE), self._ridge)
        try:
            runs = start.short_runs(
                sample, self._starts.seeded(k, rng, SEEDINGS), k, maximise, diagonal=False
            )
        except DegenerateFitError:
            return []
        best = max(runs, key=lambda run: run.bound)
        return [np.argmax(sample.log_densities(best.params), axis=1)]

    def _finish(self, params: Params, maximise: MStep) -> Fit:
        tol = self.stop.tol
        steps = em.run(self.observed, params, maximise, tol=tol, max_iter=self.stop.max_iter)
        run = em.drain(steps, params, tol=tol)
        stats = self.observed.estep(run.params)
        converged = run.outcome is Outcome.CONVERGED
        return Fit(
            run.params, stats, converged, run.n_iter, complaint(self.rows, self._pooled, run.params, stats)
        )
