"""Python that repeats a fit of one's own table."""

from __future__ import annotations

from dataclasses import replace

from pages._ui.clustering.cluster_fits import NORMAL_RANGE, SCALES, TableSpec
from pages._ui.exports import Recipe
from pages._ui.specs import AutoSpec, MixtureSpec


def recipe(spec: TableSpec, gaps: bool) -> Recipe:
    """The fit on `data`; `gaps` says whether cells are missing."""
    mixture = replace(spec.mixture, missing="em") if gaps else spec.mixture
    plain = not spec.noise and spec.label is None
    lines = [
        f"cells = data.matrix({spec.names!r})",
        "used = np.isfinite(cells).any(axis=1)\nX = cells[used]",
        *_scaling(spec.scaling),
        *(_labels(spec.label, spec.seen) if spec.label else ()),
        mixture.code().replace("(X", "(Z") if plain else _special(spec, mixture),
        *(() if spec.scaling == SCALES[0] else ("model = model.rescaled(centre, scale)",)),
        "print(model.weights_.round(4), model.means_.round(4), sep='\\n')",
        "print('log-likelihood per row', round(model.score(X), 4))",
    ]
    needs = mixture.imports
    if not plain and isinstance(mixture, AutoSpec):
        needs = ("from gmm_engine.selection.direct import best_fit",)
    return Recipe("\n".join(lines), ("import numpy as np", *needs))


def _scaling(scaling: str) -> tuple[str, ...]:
    if scaling == SCALES[0]:
        return ("Z = X",)
    found = "centre, scale = np.nanmean(X, axis=0), np.nanstd(X, axis=0)"
    if scaling == SCALES[2]:
        found = (
            "low, centre, high = np.nanquantile(X, (0.25, 0.5, 0.75), axis=0)\n"
            f"scale = (high - low) / {NORMAL_RANGE}"
        )
    return (f"{found}\nscale = np.where(scale > 0, scale, 1.0)\nZ = (X - centre) / scale",)


def _labels(label: str, seen: int) -> tuple[str, ...]:
    return (
        f"column = data.values[{label!r}][used]",
        "known = column.notna().to_numpy()\ngroups = np.unique(column[known].astype(str))",
        "labels = np.full(len(column), -1)",
        "labels[known] = np.searchsorted(groups, column[known].astype(str))",
        f"labels[np.random.default_rng(0).random(len(labels)) >= {seen / 100}] = -1",
    )


def _special(spec: TableSpec, mixture: MixtureSpec | AutoSpec) -> str:
    """Fits with noise or known labels, which no sweep offers."""
    known = ", labels=labels" if spec.label else ""
    settings = f"noise={spec.noise}, missing={mixture.missing!r}, random_state={mixture.random_state}"
    if isinstance(mixture, MixtureSpec):
        k = f"max({mixture.n_components}, len(groups))" if spec.label else f"{mixture.n_components}"
        rest = (
            f"covariance_type={mixture.covariance_type!r}, init_params={mixture.init_params!r}, "
            f"n_init={mixture.n_init}, reg_covar={mixture.reg_covar}, max_iter={mixture.max_iter}, {settings}"
        )
        return f"model = GaussianMixture({k}, {rest}).fit(Z{known})"
    first = "len(groups)" if spec.label else "1"
    last = f"max({mixture.most}, len(groups))" if spec.label else f"{mixture.most}"
    return (
        f"counts = range({first}, min({last}, len(Z) // 2) + 1)\n"
        f"model = best_fit(Z, counts, {mixture.families!r}{known}, {settings})"
    )
