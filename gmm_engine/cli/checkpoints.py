"""What a stopped job goes on from: beside the output, tied to its source and settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gmm_engine.cli.output import read_document, write_json
from gmm_engine.errors import DataError
from gmm_engine.mixture import GaussianMixture
from gmm_engine.types import Array, Params

FORMAT, VERSION = "gmm_engine.checkpoint", 1


class Checkpoint:
    """State of one job on disk.

    Parameters
    ----------
    out : the job's output; the checkpoint has its name with ``.checkpoint`` added.
    job : what must be the same for the state to be of use.
    """

    def __init__(self, out: str, job: dict[str, Any]) -> None:
        self.path = Path(f"{out}.checkpoint")
        self._job = job

    def save(self, state: dict[str, Any]) -> None:
        """Replace the state on disk."""
        write_json(self.path, {"format": FORMAT, "version": VERSION, "job": self._job, "state": state})

    def load(self) -> dict[str, Any] | None:
        """The state, or None if there is none.

        Raises
        ------
        DataError
            The file is damaged, or of a job with another source or other settings.
        """
        if not self.path.exists():
            return None
        document = read_document(self.path)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise DataError(f"{self.path} is no checkpoint; remove it to begin anew.")
        before = document.get("job")
        before = before if isinstance(before, dict) else {}
        for name, value in self._job.items():
            if before.get(name) != value:
                raise DataError(
                    f"{self.path} is of another job: {name} was {before.get(name)!r} and is {value!r}. "
                    "Leave out --resume, or remove it, to begin anew."
                )
        state: dict[str, Any] = document["state"]
        return state

    def drop(self) -> None:
        """The job is done."""
        self.path.unlink(missing_ok=True)


def model_of(
    params: Params, kind: str, *, columns: tuple[str, ...], box: Array | None = None, bound: float = 0.0
) -> GaussianMixture:
    """A fitted mixture with these parameters, as yet not converged."""
    model = GaussianMixture(len(params.weights), covariance_type=kind, noise=box is not None)
    model.noise_box_ = box
    model._set_params(params)
    model.n_features_in_ = params.means.shape[1]
    if columns:
        model.feature_names_in_ = np.array(columns, dtype=object)
    model.lower_bound_, model.n_iter_, model.converged_ = bound, 0, False
    return model
