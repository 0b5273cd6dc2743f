"""The vowel space: one Gaussian per vowel and kind of speaker, from published figures.

Means: Peterson and Barney, *Control methods used in a study of the vowels*, Journal of the
Acoustical Society of America 24, 1952, table II (76 speakers of American English, 10 vowels
said twice). Spreads: standard deviations of the logarithm, in percent, of the 1,520 tokens
behind that table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from gmm_engine.errors import DataError
from gmm_engine.rows import Frame, MemoryRows
from gmm_engine.types import Array, Params

WORDS = ("heed", "hid", "head", "had", "hod", "hawed", "hood", "who'd", "hud", "heard")
SYMBOLS = ("i", "ɪ", "ɛ", "æ", "ɑ", "ɔ", "ʊ", "u", "ʌ", "ɝ")
SPEAKERS = ("men", "women", "children")

# Hz, (speakers, formants, vowels)
MEANS = np.array(
    [
        [
            [270, 390, 530, 660, 730, 570, 440, 300, 640, 490],
            [2290, 1990, 1840, 1720, 1090, 840, 1020, 870, 1190, 1350],
            [3010, 2550, 2480, 2410, 2440, 2410, 2240, 2240, 2390, 1690],
        ],
        [
            [310, 430, 610, 860, 850, 590, 470, 370, 760, 500],
            [2790, 2480, 2330, 2050, 1220, 920, 1160, 950, 1400, 1640],
            [3310, 3070, 2990, 2850, 2810, 2710, 2680, 2670, 2780, 1960],
        ],
        [
            [370, 530, 690, 1010, 1030, 680, 560, 430, 850, 560],
            [3200, 2730, 2610, 2320, 1370, 1060, 1410, 1170, 1590, 1820],
            [3730, 3600, 3570, 3320, 3170, 3180, 3310, 3260, 3360, 2160],
        ],
    ],
    np.float64,
)
# percent, (speakers, formants, vowels)
SPREADS = np.array(
    [
        [
            [14.0, 14.0, 11.8, 9.4, 7.6, 11.0, 10.9, 16.7, 7.2, 12.1],
            [5.9, 6.3, 6.1, 6.9, 9.1, 14.1, 12.3, 18.0, 9.4, 6.9],
            [6.2, 4.8, 5.3, 5.7, 8.8, 9.1, 7.2, 9.9, 7.1, 7.7],
        ],
        [
            [15.5, 11.0, 12.9, 13.4, 11.4, 15.4, 12.3, 12.6, 8.9, 12.5],
            [4.8, 6.2, 6.1, 8.7, 8.0, 14.0, 13.5, 18.0, 8.6, 11.3],
            [7.1, 4.6, 4.8, 6.3, 7.6, 8.6, 7.4, 7.7, 6.4, 11.7],
        ],
        [
            [17.7, 14.3, 12.5, 15.6, 12.4, 17.1, 12.3, 20.1, 13.5, 16.1],
            [7.0, 7.4, 7.9, 10.1, 12.0, 11.5, 8.6, 24.0, 6.5, 11.4],
            [6.5, 7.3, 6.7, 10.6, 11.5, 12.0, 9.5, 10.0, 9.1, 15.3],
        ],
    ]
)


@dataclass(frozen=True, eq=False)
class VowelSpace:
    """Gaussians of log formants.

    Attributes
    ----------
    labels : (k,) index into `WORDS` of each Gaussian.
    params : diagonal mixture of the logarithms of the formants, all weights equal.
    """

    labels: Array
    params: Params

    def probabilities(self, formants: Array) -> Array:
        """Probability (n, 10) of each vowel given formants (n, m) in Hz.

        m is 2 or 3: F1, F2 and, where it is known, F3.

        Examples
        --------
        >>> space = vowel_space()
        >>> WORDS[space.probabilities(np.array([[280.0, 2300.0]]))[0].argmax()]
        'heed'
        """
        formants = np.atleast_2d(np.asarray(formants, np.float64))
        if not np.all(np.isfinite(formants)) or np.any(formants <= 0):
            raise DataError("Formants must be positive frequencies in Hz; one is missing.")
        m, p = formants.shape[1], self.params
        part = Params(p.weights, p.means[:, :m], p.factors[:, :m])
        logs = MemoryRows(np.log(formants), frame=Frame(np.zeros(m))).log_densities(part)
        each = softmax(logs, axis=1)
        return np.asarray(each @ np.eye(len(WORDS))[self.labels])


def vowel_space(speakers: tuple[str, ...] = SPEAKERS) -> VowelSpace:
    """One Gaussian per vowel for each of the chosen kinds of speakers.

    Examples
    --------
    >>> vowel_space(("men",)).params.means.shape
    (10, 3)
    """
    unknown = set(speakers) - set(SPEAKERS)
    if unknown or not speakers:
        raise DataError(f"Choose among {', '.join(SPEAKERS)}; got {', '.join(speakers) or 'nothing'}.")
    rows = [SPEAKERS.index(kind) for kind in speakers]
    means = np.concatenate([np.log(MEANS[row]).T for row in rows])
    spreads = np.concatenate([SPREADS[row].T / 100 for row in rows])
    weights = np.full(len(means), 1 / len(means))
    return VowelSpace(np.tile(np.arange(len(WORDS)), len(rows)), Params(weights, means, spreads))
