"""Recordings as a page's data: examples, the microphone, files; and ways to listen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from gmm_engine.errors import DataError
from gmm_engine.types import Array, Dataset
from pages._ui import cache, inputs
from pages._ui.inputs import Source
from pages._ui.layout import Screen

RATE = 16_000
SECONDS = partial(st.column_config.NumberColumn, format="%.2f")
TIMES = {
    "start": SECONDS("start (s)"),
    "end": SECONDS("end (s)"),
    "probability": st.column_config.NumberColumn(format="%.3f"),
}
MIC_HELP = "Your browser asks for permission. The recording stays in this visit."


@dataclass
class Part(Screen):
    """A part of a page whose controls are named apart from the other parts'."""

    part: str = ""

    @classmethod
    def of(cls, screen: Screen, part: str) -> Part:
        """The same screen, keys and link parameters prefixed with `part` as well."""
        shared = (screen.name, screen.controls, screen.results, screen.status, screen.link, screen.showing)
        return cls(*shared, part)

    def key(self, name: str) -> str:
        return f"{self.name}_{self.part}_{name}"


def recording(screen: Screen, name: str, examples: Mapping[str, Callable[[], Dataset]]) -> Source:
    """Let the visitor choose a recording; `name` is what `gmm_engine.data.sounds` calls the examples."""
    ways = {words: partial(_example, name, words, load) for words, load in examples.items()}
    return inputs.pick(screen, "audio", ways, other={"Record": microphone})


def refuse_silence(source: Source) -> None:
    """Raise `DataError` for a silent recording; within a job, so that its previous result stays."""
    if source.dataset.about.get("silent"):
        name = source.dataset.name or "The recording"
        raise DataError(f"{name} is silent: there is nothing in it to be heard.")


def microphone(screen: Screen, label: str = "Record", name: str = "microphone") -> Source | None:
    """What the microphone recorded, once there is something."""
    sent = st.audio_input(label, sample_rate=RATE, key=screen.key(name), help=MIC_HELP)
    if sent is None:
        return None
    source = inputs.of_upload(sent.name or "recording.wav", sent.getvalue(), "audio")
    if source.dataset.about["silent"]:
        st.warning("Nothing was heard: check the microphone and its permission.", icon=":material/mic_off:")
    return source


def _example(name: str, words: str, load: Callable[[], Dataset]) -> Source:
    dataset = cache.remembered(True, ("sound", words), load)
    code = f"data = {name}[{words!r}]()"
    return Source(dataset, ("sound", words), True, code, (f"from gmm_engine.data.sounds import {name}",))


def player(samples: Array, sample_rate: int, start: float = 0.0, end: float | None = None) -> None:
    """A player of samples (n,) from `start` to `end`, in seconds."""
    first = int(start * sample_rate)
    last = len(samples) if end is None else max(int(end * sample_rate), first + 1)
    st.audio(samples[first:last], sample_rate=sample_rate)
