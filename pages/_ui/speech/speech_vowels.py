"""The part of the speech page that places a spoken vowel among those of Peterson and Barney."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from gmm_engine.data.sounds import VOWELS
from gmm_engine.features.formants import Vowel, vowel_formants
from gmm_engine.figures import audio
from gmm_engine.sequences.vowels import SPEAKERS, SYMBOLS, WORDS, vowel_space
from pages._ui import charts, controls, exports, fits, jobs
from pages._ui.layout import Screen
from pages._ui.speech import sounds

KINDS = {"All": SPEAKERS, "Men": ("men",), "Women": ("women",), "Children": ("children",)}
SOURCE = (
    "Ellipses: one standard deviation of one Gaussian per vowel and kind of speaker, from the means that "
    "Peterson and Barney published in 1952 (76 speakers of American English) and the spreads of their "
    "1,520 measurements. Other accents place their vowels elsewhere."
)


@dataclass(frozen=True, eq=False)
class Placed:
    """A measured vowel and its probabilities (10,)."""

    vowel: Vowel
    probabilities: np.ndarray

    def table(self) -> pd.DataFrame:
        """One row per vowel, likeliest first."""
        rows = {"vowel": SYMBOLS, "as in": WORDS, "probability": self.probabilities.round(4)}
        return pd.DataFrame(rows).sort_values("probability", ascending=False, ignore_index=True)


def show(screen: Screen) -> None:
    """Controls, the vowel space with the visitor's vowel, and take-away."""
    screen = sounds.Part.of(screen, "vowel")
    with screen.controls:
        source = sounds.recording(screen, "VOWELS", VOWELS)
        help_text = "Whose vowels to compare with. A vocal tract half as long doubles all formants."
        kind = controls.choice(screen, "kind", "Compare with", list(KINDS), help=help_text)

    def work() -> Generator[jobs.Progress, None, Placed]:
        sounds.refuse_silence(source)
        yield jobs.Progress(None, "Measuring formants")
        vowel = vowel_formants(source.dataset.values, source.dataset.about["sample_rate"])
        known = vowel.formants[: 3 if np.isfinite(vowel.formants[2]) else 2]
        return Placed(vowel, vowel_space(KINDS[kind]).probabilities(known)[0])

    shown = jobs.result(screen, source, kind, work, name="vowel")
    with screen.results:
        _draw(screen, shown)


def _draw(screen: Screen, shown: jobs.Shown[Placed]) -> None:
    placed, kind = shown.value, shown.spec
    space, point, best = vowel_space(KINDS[kind]), placed.vowel.formants, placed.table().iloc[0]
    p = space.params
    fig = shown.derive(
        "space", lambda: audio.vowels(SYMBOLS, WORDS, p.means, p.factors, space.labels, point[:2])
    )
    st.markdown(
        f"Closest to **{best['vowel']}** as in *{best['as in']}*, probability {best['probability']:.2f}."
    )
    where = f"F1 {point[0]:.0f} Hz and F2 {point[1]:.0f} Hz"
    likely = f"closest to {best['vowel']} as in {best['as in']}, probability {best['probability']:.2f}"
    charts.show(screen, "vowels", fig, f"Your vowel lies at {where}, {likely}.")
    st.caption(SOURCE)
    third = f"{point[2]:.0f} Hz" if np.isfinite(point[2]) else "not found"
    spread = placed.vowel.spread
    text = "Resonance of the vocal tract, median over the steady part; standard deviation {:.0f} Hz."
    fits.metrics(
        (
            ("F1", f"{point[0]:.0f} Hz", text.format(spread[0])),
            ("F2", f"{point[1]:.0f} Hz", text.format(spread[1])),
            ("F3", third, text.format(spread[2])),
        )
    )
    data = shown.source.dataset
    sounds.player(data.values, data.about["sample_rate"])
    st.dataframe(placed.table(), hide_index=True, column_config=sounds.TIMES)
    exports.offer(
        screen, shown.source, rows=placed.table, figures={"vowels": fig}, recipe=_recipe(KINDS[kind])
    )


def _recipe(speakers: tuple[str, ...]) -> exports.Recipe:
    body = (
        'vowel = vowel_formants(data.values, data.about["sample_rate"])\n'
        "known = vowel.formants[np.isfinite(vowel.formants)]\n"
        f"probabilities = vowel_space({speakers!r}).probabilities(known)[0]\n"
        "for word, probability in sorted(zip(WORDS, probabilities), key=lambda pair: -pair[1]):\n"
        '    print(f"{word:8s} {probability:.4f}")'
    )
    lines = (
        "import numpy as np",
        "from gmm_engine.features.formants import vowel_formants",
        "from gmm_engine.sequences.vowels import WORDS, vowel_space",
    )
    return exports.Recipe(body, lines)
