"""Fits of one's own table: scaling, noise, missing cells, and known labels that guide the fit."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

from gmm_engine import DataError, GaussianMixture
from gmm_engine.selection.direct import choose_trial, trials
from gmm_engine.types import Array
from pages._ui import controls, describe, fits, jobs
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.progress import Progress
from pages._ui.specs import AutoSpec, MixtureSpec

SCALES = ("As they are", "Unit spread", "Robust")
SCALES_HELP = (
    "**As they are**: in the table's units · **Unit spread**: divided by the standard deviation · "
    "**Robust**: by its interquartile range. Results are shown in the table's units in any case."
)
# scipy's interquartile range of a normal distribution, in standard deviations.
NORMAL_RANGE = 1.349


@dataclass(frozen=True)
class TableSpec:
    """What a visitor asked of a table.

    Attributes
    ----------
    mixture : number and shape of components, chosen or found.
    names : columns.
    scaling : one of `SCALES`.
    noise : keep a component for rows that belong nowhere.
    label : column of known classes that guide the fit, or None.
    seen : share of its known labels (percent) that the fit sees.
    """

    mixture: MixtureSpec | AutoSpec
    names: tuple[str, ...]
    scaling: str = SCALES[0]
    noise: bool = False
    label: str | None = None
    seen: int = 100

    def steps(self, source: Source) -> Generator[Progress, None, fits.Fit]:
        """Fit the source's rows; returns the fit in the table's units."""
        data = source.dataset
        everything = data.matrix(self.names)
        used = np.isfinite(everything).any(axis=1)
        fits.need_rows(used, 2, "a chosen column")
        X = everything if used.all() else everything[used]
        spec = replace(self.mixture, missing="em") if np.isnan(X).any() else self.mixture
        centre, scale = scales(X, self.scaling)
        Z = X if self.scaling == SCALES[0] else (X - centre) / scale
        if self.label is None:
            groups, labels = (), None
        else:
            groups, labels = seen_labels(data.values[self.label][used], self.seen)
        model = yield from self._model(spec, Z, labels, len(groups))
        # A density in other units: every observed cell's changes by the scale of its column.
        stretched = float(np.isfinite(X).sum(axis=0) @ np.log(scale))
        bic, parameters = model.bic(Z) + 2 * stretched, model.n_parameters()
        if self.scaling != SCALES[0]:
            model = model.rescaled(centre, scale)
        found = fits.of(model, self.names, X, used)
        return replace(found, bic=bic, groups=groups, parameters=parameters)

    def _model(
        self, spec: MixtureSpec | AutoSpec, Z: Array, labels: Array | None, least: int
    ) -> Generator[Progress, None, GaussianMixture]:
        if not self.noise and labels is None:
            return (yield from spec.steps(Z))
        if isinstance(spec, MixtureSpec):
            model = GaussianMixture(
                **asdict(spec) | {"n_components": max(spec.n_components, least), "noise": self.noise}
            )
            for step in model.iter_fit(Z, labels=labels):
                yield Progress(step.iteration / spec.max_iter, f"Iteration {step.iteration}")
            return model
        counts = range(max(1, least), min(max(spec.most, least), max(len(Z) // 2, 1)) + 1)
        settings = {"noise": self.noise, "missing": spec.missing, "random_state": spec.random_state}
        found = []
        for trial in trials(Z, counts, spec.families, labels=labels, **settings):
            found.append(trial)
            words = f"{trial.n_components} components, {trial.covariance_type}"
            yield Progress(len(found) / (len(counts) * len(spec.families)), words)
        return choose_trial(found)

    def seconds(self, n: int) -> float:
        """How long the fit will take, roughly."""
        slower = 3 if self.noise or self.label else 1
        return self.mixture.seconds(n, len(self.names)) * slower


def ask(screen: Screen, source: Source) -> tuple[TableSpec, str | None]:
    """The page's controls; returns the spec and the column to compare the groups with."""
    data = source.dataset
    columns = controls.numeric_columns(screen, data)
    scaling = controls.choice(screen, "scaling", "Scaling", SCALES, help=SCALES_HELP)
    text = "A component spread evenly over the box of the data takes the rows that belong nowhere."
    noise = controls.switch(screen, "noise", "Noise component", help=text)
    label = describe.classes(screen, data, columns)
    guide, seen = None, 100
    if label is not None:
        text = "Semi-supervised: rows whose label is known belong to its group, the others follow."
        if controls.switch(screen, "guide", "Labels guide the fit", help=text):
            full = bool(data.values[label].notna().all())
            words = "The rest stays hidden, so that one can see how many of them the fit gets right."
            seen = int(
                controls.slider(
                    screen, "seen", "Labels it sees", 1, 100, 10 if full else 100, format="%d%%", help=words
                )
            )
            guide = label
    mixture = controls.mixture(screen, auto=True)
    return TableSpec(mixture, columns, scaling, noise, guide, seen), label


def fitted(screen: Screen, source: Source, spec: TableSpec) -> jobs.Shown[fits.Fit]:
    """The fit, from the store or made now."""
    cost = spec.seconds(len(source.dataset.values))
    return jobs.result(screen, source, spec, lambda: spec.steps(source), seconds=cost)


def scales(X: Array, scaling: str) -> tuple[Array, Array]:
    """Centre and scale (d,) of each column; a column without spread keeps its units."""
    if scaling == SCALES[0]:
        return np.zeros(X.shape[1]), np.ones(X.shape[1])
    if scaling == SCALES[1]:
        centre, scale = np.nanmean(X, axis=0), np.nanstd(X, axis=0)
    else:
        low, centre, high = np.nanquantile(X, (0.25, 0.5, 0.75), axis=0)
        scale = (high - low) / NORMAL_RANGE
    return centre, np.where(scale > 0, scale, 1.0)


def seen_labels(column: pd.Series, seen: int) -> tuple[tuple[str, ...], Array]:
    """Names of the classes, and the class (n,) of the rows whose label the fit sees, -1 elsewhere."""
    known = column.notna().to_numpy()
    groups = np.unique(column[known].astype(str))
    labels = np.full(len(column), -1)
    labels[known] = np.searchsorted(groups, column[known].astype(str))
    labels[np.random.default_rng(0).random(len(labels)) >= seen / 100] = -1
    if not (labels >= 0).any():
        raise DataError("No label is left for the fit to see: show it a larger share of them.")
    return tuple(groups.tolist()), labels
