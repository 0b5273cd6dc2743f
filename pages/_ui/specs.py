"""What a visitor asked of a mixture: frozen, so it is part of a result's key.

Every spec has ``steps(X)``, the work for `jobs.result`, and ``code()``, the same as Python.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict, dataclass
from typing import Any

from gmm_engine import Candidate, DataError, GaussianMixture, choose, sweep
from gmm_engine.types import Array
from pages._ui.progress import Progress

COMMON_FAMILIES = ("EII", "VII", "EEE", "VVI", "VVV")
USUAL_ITERATIONS = 60
SECONDS_PER_NUMBER = 4e-9


@dataclass(frozen=True)
class MixtureSpec:
    """One mixture with a chosen number of components."""

    n_components: int = 3
    covariance_type: str = "full"
    init_params: str = "auto"
    n_init: int = 1
    reg_covar: float = 1e-6
    tol: float = 1e-3
    max_iter: int = 200
    random_state: int = 0
    missing: str = "error"

    def steps(self, X: Array) -> Generator[Progress, None, GaussianMixture]:
        """Fit rows X (n, d), reporting each iteration; returns the fitted estimator."""
        if len(X) < self.n_components:
            raise DataError(
                f"{len(X)} rows cannot make {self.n_components} components: "
                "ask for fewer components or bring more rows."
            )
        model = GaussianMixture(**asdict(self))
        yield Progress(None, f"Finding a start among {len(X):,} rows")
        for step in model.iter_fit(X):
            words = f"Iteration {step.iteration}: log-likelihood {step.bound:.4f} per row"
            yield Progress(step.iteration / self.max_iter, words)
        return model

    def seconds(self, n: int, d: int) -> float:
        """How long the fit of n rows and d columns will take, roughly."""
        return n * self.n_components * (d + d * d / 2) * USUAL_ITERATIONS * self.n_init * SECONDS_PER_NUMBER

    def code(self) -> str:
        """Python that fits rows `X`, leaving out what is the default."""
        changed = _changed(asdict(self), GaussianMixture().get_params(), always=("n_components",))
        return f"model = GaussianMixture({changed}).fit(X)"

    @property
    def imports(self) -> tuple[str, ...]:
        """What the code needs."""
        return ("from gmm_engine import GaussianMixture",)


@dataclass(frozen=True)
class AutoSpec:
    """The best number of components up to `most` and family among `families`, by BIC."""

    most: int = 9
    families: tuple[str, ...] = COMMON_FAMILIES
    random_state: int = 0
    missing: str = "error"

    def counts(self, n: int) -> tuple[int, ...]:
        """The numbers of components that are tried on n rows."""
        return tuple(range(1, max(1, min(self.most, n // 2)) + 1))

    def steps(
        self, X: Array, known: dict[tuple[int, str], Candidate] | None = None
    ) -> Generator[Progress, None, GaussianMixture]:
        """Fit every candidate to rows X (n, d) but the `known`, which get them too; returns the best."""
        known, counts = {} if known is None else known, self.counts(len(X))
        wanted = [(k, name) for k in counts for name in self.families]
        yield Progress(None, f"Finding starts among {len(X):,} rows")
        options: dict[str, Any] = {"random_state": self.random_state, "missing": self.missing}
        for candidate in sweep(X, counts, self.families, skip=set(known), **options):
            k, name = candidate.n_components, candidate.covariance_type
            known[k, name] = candidate
            done = sum(cell in known for cell in wanted) / len(wanted)
            yield Progress(done, f"{k} components, {name}: BIC {candidate.bic:,.1f}")
        return choose(X, [known[cell] for cell in wanted], **options).best_model

    def seconds(self, n: int, d: int) -> float:
        """How long the sweep of n rows and d columns will take, roughly."""
        each = MixtureSpec(n_components=(self.most + 1) // 2).seconds(n, d)
        gaps = 4 if self.missing == "em" else 1
        return 0.2 + each * self.most * len(self.families) * gaps

    def code(self) -> str:
        """Python that chooses a mixture for rows `X`."""
        gaps = "" if self.missing == "error" else f"missing={self.missing!r}, "
        return (
            f"found = select_model(X, range(1, {self.most + 1}), {self.families!r}, "
            f"{gaps}random_state={self.random_state})\nprint(found.table.head())\nmodel = found.best_model"
        )

    @property
    def imports(self) -> tuple[str, ...]:
        """What the code needs."""
        return ("from gmm_engine import select_model",)


def _changed(values: dict[str, Any], defaults: dict[str, Any], always: tuple[str, ...]) -> str:
    """Keyword arguments, those at their default left out."""
    kept = {name: value for name, value in values.items() if name in always or value != defaults[name]}
    return ", ".join(f"{name}={value!r}" for name, value in kept.items())
