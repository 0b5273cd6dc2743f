"""The part of the speech page that cuts a recording into stretches that sound alike."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import streamlit as st

from gmm_engine.data.sounds import RECORDINGS
from gmm_engine.figures import audio, words
from gmm_engine.sequences.segments import AcousticSegments, acoustic_segments
from pages._ui import charts, controls, exports, fits, jobs
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.speech import sounds

VIEWS = {"Mel cepstra": "cepstra", "Log mel bands": "mel", "Raw power (classic)": "power"}
VIEW_HELP = (
    "What the mixture sees of each moment. The classic recipe, raw power of a spectrogram with "
    "three components, is kept for comparison."
)
POOR = (
    "In raw power one sound takes {share:.0%} of the time: loud moments are thousands of times stronger than "
    "soft ones, so the mixture tells loud from very loud and everything else is one component. Logarithms "
    "(mel cepstra) put soft and loud sounds on one scale."
)
SECONDS_PER_SECOND = 0.02  # of computing, for a second of sound and one number of sounds


@dataclass(frozen=True)
class SegmentSpec:
    """What was asked: number of sounds (0: automatic), what frames hold, shortest stretch in ms."""

    n_sounds: int
    view: str
    shortest: int

    def code(self) -> str:
        """Python that repeats it on `data`."""
        number = self.n_sounds or "auto"
        return (
            f"found = acoustic_segments(\n    data.values, data.about['sample_rate'], {number!r},"
            f" view={self.view!r}, shortest={self.shortest / 1000}\n)\nprint(found.table)"
        )

    def run(self, source: Source) -> AcousticSegments:
        """Do it."""
        data, number = source.dataset, self.n_sounds or "auto"
        rate = data.about["sample_rate"]
        return acoustic_segments(data.values, rate, number, view=self.view, shortest=self.shortest / 1000)


def show(screen: Screen) -> None:
    """Controls, segments, players and take-away."""
    with screen.controls:
        source = sounds.recording(screen, "RECORDINGS", RECORDINGS)
        spec = _spec(screen)

    def work() -> Generator[jobs.Progress, None, AcousticSegments]:
        sounds.refuse_silence(source)
        yield jobs.Progress(None, "Fitting mixtures to the frames")
        return spec.run(source)

    cost = source.dataset.about["seconds"] * SECONDS_PER_SECOND * (1 if spec.n_sounds else 7)
    shown = jobs.result(screen, source, spec, work, name="segments", seconds=cost)
    with screen.results:
        _draw(screen, shown)


def _spec(screen: Screen) -> SegmentSpec:
    view = controls.choice(screen, "view", "Frames", list(VIEWS), help=VIEW_HELP)
    automatic = "Automatic: the number of sounds with the best BIC among 2 to 8."
    classic = VIEWS[view] == "power"
    auto = not classic and controls.switch(screen, "auto", "Number of sounds by BIC", True, help=automatic)
    n_sounds = 0 if auto else controls.slider(screen, "k", "Sounds", 2, 8, 3, help="Components.")
    shortest = controls.slider(
        screen, "shortest", "Shortest stretch (ms)", 0, 300, 60, step=20,
        help="Changing the sound costs likelihood, so that stretches last about this long at least.",
    )  # fmt: skip
    return SegmentSpec(int(n_sounds), VIEWS[view], int(shortest))


def _draw(screen: Screen, shown: jobs.Shown[AcousticSegments]) -> None:
    found, data = shown.value, shown.source.dataset
    rate, table = data.about["sample_rate"], found.table
    stretches = [(row.start, row.end, row.sound - 1) for row in table.itertuples()]
    fig = shown.derive(
        "figure", lambda: audio.segments(data.values, rate, found.spectrum, found.hop, stretches)
    )
    shares = np.bincount(found.labels, minlength=found.k) / len(found.labels)
    each = words.listed([f"sound {j + 1} takes {share:.0%}" for j, share in enumerate(shares)])
    cut = f"cut into {words.counted(len(table), 'stretch', 'es')}"
    charts.show(
        screen, "segments", fig, f"{data.about['seconds']:.1f} seconds of sound {cut}: {each} of the time."
    )
    share = float(shares.max())
    if shown.spec.view == "power":
        st.info(POOR.format(share=share), icon=":material/lightbulb:")
    fits.metrics(
        (
            ("Sounds", f"{found.k}", "Components of the mixture."),
            ("Stretches", f"{len(table)}", "Runs of moments with the same sound."),
            ("Median stretch", f"{1000 * (table.end - table.start).median():.0f} ms", "Half are shorter."),
        )
    )
    _listen(shown)
    st.dataframe(table.round(3), hide_index=True, height=240, column_config=sounds.TIMES)
    labels = exports.File("Audacity labels (TXT)", "segments.txt", lambda: found.audacity().encode("utf-8"))
    exports.offer(
        screen, shown.source, rows=lambda: table, model=found.model.to_dict, figures={"segments": fig},
        files=[labels],
        recipe=exports.Recipe(shown.spec.code(), ("from gmm_engine.sequences import acoustic_segments",)),
    )  # fmt: skip


def _listen(shown: jobs.Shown[AcousticSegments]) -> None:
    """Everything, all of one sound, or one stretch."""
    found, data = shown.value, shown.source.dataset
    rate, rows = data.about["sample_rate"], list(found.table.itertuples())
    whole = ["The whole recording", *(f"All of sound {j}" for j in range(1, found.k + 1))]
    single = [f"{i}: {row.start:.2f} to {row.end:.2f} s, sound {row.sound}" for i, row in enumerate(rows, 1)]
    choice = st.selectbox("Listen to", range(len(whole + single)), format_func=(whole + single).__getitem__)
    if choice == 0:
        sounds.player(data.values, rate)
    elif choice <= found.k:
        parts = [data.values[int(r.start * rate) : int(r.end * rate)] for r in rows if r.sound == choice]
        sounds.player(np.concatenate([*parts, np.zeros(1, np.float32)]), rate)
    else:
        row = rows[choice - len(whole)]
        sounds.player(data.values, rate, row.start, row.end)
