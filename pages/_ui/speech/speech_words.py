"""The part of the speech page that recognises spoken words."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st

from gmm_engine.data.sounds import RECORDINGS
from gmm_engine.features.audio import spoken_parts
from gmm_engine.figures import audio
from gmm_engine.figures import words as spelled
from gmm_engine.types import Array
from pages._ui import charts, controls, exports, fits, jobs
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.plain import literal
from pages._ui.speech import recognisers, sounds
from pages._ui.speech.recognisers import Recogniser

WITH = ("Synthetic voices", "My recordings (zip)", "My model (JSON)")
REFUSE_HELP = "A word that fits none well is answered by 'none of these'."


@dataclass(frozen=True, eq=False)
class Heard:
    """Words of one recording.

    Attributes
    ----------
    table : start, end (s), word, probability of each.
    ratios : (n, c) log-likelihood ratio of each word of the vocabulary, nats per frame.
    """

    table: pd.DataFrame
    ratios: Array


def show(screen: Screen) -> None:
    """Controls, the words understood, their scores, the confusion matrix, and take-away."""
    with screen.controls:
        source = sounds.recording(screen, "RECORDINGS", RECORDINGS)
        recogniser = _choose(screen)
        refuse = controls.switch(screen, "refuse", "May answer 'none of these'", True, help=REFUSE_HELP)
    shown = listen(screen, source, recogniser, refuse)
    with screen.results:
        recognisers.say(recogniser)
        words(screen, shown, recogniser)
        confusion(screen, recogniser)
        exports.offer(
            screen, shown.source, rows=lambda: shown.value.table, model=recogniser.model.to_dict,
            recipe=_recipe(recogniser, refuse),
        )  # fmt: skip


def _choose(screen: Screen) -> Recogniser:
    chosen = controls.choice(screen, "with", "Recogniser", WITH)
    own = {WITH[1]: recognisers.from_zip, WITH[2]: recognisers.from_json}.get(chosen)
    return (own(screen) if own else None) or recognisers.shipped()


def listen(screen: Screen, source: Source, recogniser: Recogniser, refuse: bool) -> jobs.Shown[Heard]:
    """The words of a recording, found between pauses."""

    def work() -> Generator[jobs.Progress, None, Heard]:
        sounds.refuse_silence(source)
        yield jobs.Progress(None, "Listening")
        return _heard(recogniser, source, refuse)

    # What a visitor's own recogniser hears in an example is not for everybody's store.
    if recogniser.key != "shipped":
        source = replace(source, public=False, files=(*source.files, *screen.showing.others.values()))
    return jobs.result(screen, source, (recogniser.key, refuse), work, name="words")


def _heard(recogniser: Recogniser, source: Source, refuse: bool) -> Heard:
    sound, rate = source.dataset.values, source.dataset.about["sample_rate"]
    parts = spoken_parts(sound, rate)
    model, session = recogniser.model, np.zeros(len(parts))
    frames = [recognisers.measured(model, sound[int(a * rate) : int(b * rate)], rate) for a, b in parts]
    answers = model.predict(frames, session, reject=refuse)
    sure = model.predict_proba(frames, session).max(axis=1)
    rows = {"start": [a for a, _ in parts], "end": [b for _, b in parts], "word": answers.astype(str)}
    table = pd.DataFrame({**rows, "probability": sure.round(4)})
    return Heard(table, model.decision_function(frames, session))


def words(screen: Screen, shown: jobs.Shown[Heard], recogniser: Recogniser) -> None:
    """The sentence understood, a player and the scores of one of its words."""
    heard, data, rate = shown.value, shown.source.dataset, shown.source.dataset.about["sample_rate"]
    rows = list(heard.table.itertuples())
    st.header("Understood", anchor=False)
    st.markdown(" · ".join(f"**{literal(row.word)}**" for row in rows))
    sounds.player(data.values, rate)
    labels = [f"{i}: {row.word}, {row.start:.2f} to {row.end:.2f} s" for i, row in enumerate(rows, 1)]
    chosen = (
        st.selectbox("Scores of", range(len(rows)), format_func=labels.__getitem__) if len(rows) > 1 else 0
    )
    row, model = rows[chosen], recogniser.model
    fig = audio.scores(
        model.classes_.astype(str).tolist(), heard.ratios[chosen], model.calibration_.threshold
    )
    first, second = np.argsort(heard.ratios[chosen])[::-1][:2]
    told = [f"{model.classes_[c]} {spelled.amount(heard.ratios[chosen][c])}" for c in (first, second)]
    text = f"Best are {spelled.listed(told)} nats per frame; the answer is {row.word}."
    charts.show(screen, "scores", fig, text)
    if len(rows) > 1:
        sounds.player(data.values, rate, row.start, row.end)
    st.dataframe(heard.table.round(3), hide_index=True, column_config=sounds.TIMES)


def confusion(screen: Screen, recogniser: Recogniser) -> None:
    """How often each word was taken for another, on recordings the recogniser was not trained with."""
    counts = recogniser.confusion
    if counts is None:
        return
    st.header("What it confuses", anchor=False)
    total, right = int(counts.sum()), int(np.trace(counts))
    fits.metrics((("Right", f"{right / total:.1%}", f"{right} of {total} recordings"),))
    st.caption(f"Tested on {recogniser.tested}.")
    fig = audio.confusion(recogniser.model.classes_.astype(str).tolist(), counts)
    charts.show(
        screen,
        "confusion",
        fig,
        f"Confusion matrix: {right} of {total} recordings right{_mixed_up(recogniser, counts)}.",
    )


def _mixed_up(recogniser: Recogniser, counts: Array) -> str:
    """The pair of words confused most often."""
    wrong = counts - np.diag(np.diagonal(counts))
    i, j = np.unravel_index(int(wrong.argmax()), wrong.shape)
    names = recogniser.model.classes_
    return f"; most often {names[i]} is taken for {names[j]} ({int(wrong[i, j])})" if wrong.any() else ""


def _recipe(recogniser: Recogniser, refuse: bool) -> exports.Recipe:
    body = (
        f'{recogniser.code}\nrate = data.about["sample_rate"]\n'
        "parts = spoken_parts(data.values, rate)\n"
        "words = [speech_frames(data.values[int(a * rate):int(b * rate)], rate) for a, b in parts]\n"
        f"print(model.predict(words, np.zeros(len(words)), reject={refuse}))"
    )
    lines = ("import numpy as np", "from gmm_engine.features.audio import speech_frames, spoken_parts")
    known = [line for line in recogniser.imports if not line.endswith("import speech_frames")]
    return exports.Recipe(body, (*known, *lines))
