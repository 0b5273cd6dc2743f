"""Cut a recording into stretches that sound alike: every frame is a point, every component a sound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.ndimage import median_filter

from gmm_engine.errors import DataError
from gmm_engine.features import audio
from gmm_engine.kernels.hmm import viterbi
from gmm_engine.mixture import GaussianMixture
from gmm_engine.types import Array

VIEWS = ("cepstra", "mel", "power")
CLASSIC_WINDOW, CLASSIC_HOP = 256, 128  # samples of the classic spectrogram
TRIED = range(2, 9)
MOST_FRAMES = 60_000
FEWEST_FRAMES = 20
RIDGE = 1e-3  # of the mean variance


@dataclass(frozen=True, eq=False)
class AcousticSegments:
    """Frames and the stretches they were joined to.

    Attributes
    ----------
    labels : (t,) component of each frame, after smoothing.
    probabilities : (t, k) of each component given the frame.
    hop : seconds from one frame to the next.
    spectrum : (t, bands) in decibels, for display.
    model : the fitted mixture.
    table : one row per stretch: start, end (seconds), sound (from 1), probability (mean).
    bic : {k: BIC} of what was tried.
    """

    labels: Array
    probabilities: Array
    hop: float
    spectrum: Array
    model: GaussianMixture
    table: pd.DataFrame
    bic: dict[int, float]

    @property
    def k(self) -> int:
        """Number of sounds."""
        return int(self.probabilities.shape[1])

    def audacity(self) -> str:
        """The stretches as an Audacity label track: start, end, label, one per line."""
        lines = [f"{row.start:.6f}\t{row.end:.6f}\tsound {row.sound}" for row in self.table.itertuples()]
        return "\n".join(lines) + "\n"


def acoustic_segments(
    samples: Array,
    sample_rate: float,
    n_sounds: int | str = "auto",
    *,
    view: str = "cepstra",
    shortest: float = 0.06,
    random_state: int = 0,
) -> AcousticSegments:
    """Fit a mixture to the frames of a recording and join frames of one component to stretches.

    Parameters
    ----------
    samples : (n,) mono sound. sample_rate : Hz.
    n_sounds : components, or "auto" for the best BIC among 2 to 8.
    view : "cepstra" (mel cepstra with their slopes), "mel" (log power in 24 bands) or
        "power", the classic recipe: raw power of a spectrogram with windows of 256 samples,
        128 apart. Raw power spans many orders of magnitude, so one component takes nearly
        all frames; logarithms make loud and soft comparable.
    shortest : seconds a stretch lasts at least, roughly; 0 leaves every frame on its own.

    Raises
    ------
    DataError
        Silent, too short, or longer than ten minutes.

    Examples
    --------
    >>> t = np.arange(8_000) / 8_000
    >>> sound = np.concatenate([np.sin(2 * np.pi * f * t) for f in (300, 1500, 300)])
    >>> found = acoustic_segments(sound, 8_000, 2)
    >>> found.table.sound.tolist() in ([1, 2, 1], [2, 1, 2])
    True
    """
    if view not in VIEWS:
        raise DataError(f"Unknown view {view!r}: choose among {', '.join(VIEWS)}.")
    sound = audio.resample(samples, sample_rate)
    rows, spectrum, hop = _rows(sound, view)
    if not FEWEST_FRAMES <= len(rows) <= MOST_FRAMES:
        length = len(sound) / audio.SAMPLE_RATE
        raise DataError(f"The recording lasts {length:.1f} s: from a quarter of a second to ten minutes do.")
    tried = TRIED if n_sounds == "auto" else (int(n_sounds),)
    fitted = {k: _fitted(rows, k, random_state) for k in tried}
    bic = {k: model.bic(rows) for k, model in fitted.items()}
    model = fitted[min(bic, key=bic.__getitem__)]
    probabilities = model.predict_proba(rows)
    labels = _smoothed(probabilities, shortest / hop)
    table = _stretches(labels, probabilities, hop)
    return AcousticSegments(labels, probabilities, hop, spectrum, model, table, bic)


def _rows(sound: Array, view: str) -> tuple[Array, Array, float]:
    """Rows (t, d) for the mixture, a spectrum in decibels (t, bands) to show, and the hop (s)."""
    if view == "power":
        power = audio.power_spectrum(sound, CLASSIC_WINDOW, CLASSIC_HOP, CLASSIC_WINDOW, emphasis=0.0)
        shown = 10 * np.log10(power + power.max() * 1e-6)
        return power, shown - shown.max(), CLASSIC_HOP / audio.SAMPLE_RATE
    mel = audio.mel_frames(sound).log_power
    shown = 10 / np.log(10) * (mel - mel.max())
    frames = audio.cepstra(mel).astype(np.float64)
    rows = mel if view == "mel" else np.column_stack([frames, 2 * audio.deltas(frames)])
    return np.ascontiguousarray(rows), shown, audio.HOP / audio.SAMPLE_RATE


def _fitted(rows: Array, k: int, seed: int) -> GaussianMixture:
    ridge = RIDGE * float(rows.var(axis=0).mean())
    model = GaussianMixture(
        k,
        covariance_type="diag",
        reg_covar=ridge,
        init_params="k-means++",
        n_init=2,
        tol=1e-3,
        random_state=seed,
    )
    return model.fit(rows)


def _smoothed(probabilities: Array, frames: float) -> Array:
    """Most probable component (t,) of each frame when changing costs as much as `frames` suggest."""
    k = probabilities.shape[1]
    if frames <= 1 or k == 1:
        return np.asarray(probabilities.argmax(axis=1))
    change = np.full((k, k), np.log(1 / frames / max(k - 1, 1)))
    np.fill_diagonal(change, np.log(1 - 1 / frames))
    logs = np.log(np.maximum(median_filter(probabilities, (3, 1)), 1e-12))
    path, _ = viterbi(logs, change, np.full(k, -np.log(k)))
    return np.asarray(path)


def _stretches(labels: Array, probabilities: Array, hop: float) -> pd.DataFrame:
    starts = np.concatenate([[0], np.flatnonzero(np.diff(labels)) + 1])
    ends = np.append(starts[1:], len(labels))
    own = probabilities[np.arange(len(labels)), labels]
    mean = np.add.reduceat(own, starts) / (ends - starts)
    sound = labels[starts] + 1
    return pd.DataFrame(
        {"start": starts * hop, "end": ends * hop, "sound": sound, "probability": mean.round(4)}
    )
