"""What the digits page shows: a reading of a drawing, mistakes, components, new digits."""

from __future__ import annotations

from collections import Counter
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from gmm_engine.errors import DataError
from gmm_engine.features.drawing import ink_of_photo
from gmm_engine.figures import audio, words
from gmm_engine.types import Array
from pages._ui import charts, controls, fits, inputs, jobs
from pages._ui.digits import answer, drawing_pad, gallery, repeated
from pages._ui.digits.digit_models import Reader
from pages._ui.layout import Screen

WAYS = ("Draw", "Sample", "Photo")
MOST_SHOWN = 40
EACH = 3  # new digits of each class
EXAMPLE = 3
Given = tuple[Array, Array, str]  # probabilities (c,), the picture (8, 8), and a note


@st.fragment
def asked(screen: Screen, reader: Reader, way: str) -> None:
    """A digit from the visitor, and what the mixtures think of it."""
    left, right = st.columns([1, 1.5], gap="large")
    with left:
        try:
            proba, picture, note = GIVEN[way](screen, reader)
        except DataError as problem:
            screen.problem(problem, st)
            proba, picture, note = _sample(reader, EXAMPLE)
    with right:
        answer.show(screen, _answer(reader, proba, picture, note))


def _answer(reader: Reader, proba: Array, picture: Array, note: str) -> answer.Answer:
    """The reading of a picture, beside the learned ones that are nearest to it."""
    order = np.argsort(proba)[::-1]
    names = reader.model.classes_.astype(str)
    first, second, *_ = names[order]
    said = ("Read as ", first, f" with probability {proba[order[0]]:.1%}, next ", second, ".")
    near = np.clip(np.concatenate([picture[None], reader.prototypes(picture)[order[:3]]]), 0, None)
    words = ("as seen", *(f"learned {label}" for label in names[order[:3]]))
    return answer.Answer(said, names.tolist(), proba, note, near, words)


def _drawn(screen: Screen, reader: Reader) -> Given:
    ink = drawing_pad.show(screen)
    if ink is None:
        return _sample(reader, EXAMPLE, "Nothing is drawn yet. Until then, this is how a sample is read.")
    return *reader.read(ink), ""


def _chosen(screen: Screen, reader: Reader) -> Given:
    last = len(reader.digits) - 1
    number = int(st.number_input("Number of the sample", 0, last, EXAMPLE, key=screen.key("sample")))
    note = f"Written as {reader.digits[number]}; read by a model that has not seen it."
    return _sample(reader, number, note)


def _photographed(screen: Screen, reader: Reader) -> Given:
    kinds = ["png", "jpg", "jpeg", "webp"]
    sent = st.file_uploader("A photo of one digit", type=kinds, key=screen.key("photo"))
    st.caption(inputs.PRIVACY)
    if sent is None:
        return _sample(reader, EXAMPLE, "Until there is a photo, this is how a sample is read.")
    photo = inputs.of_upload(sent.name, sent.getvalue(), "image").dataset
    return *reader.read(ink_of_photo(photo.values)), ""


def _sample(reader: Reader, number: int, note: str = "") -> Given:
    return reader.model.held_out_proba_[number], reader.pictures[number], note


GIVEN = dict(zip(WAYS, (_drawn, _chosen, _photographed), strict=True))


def held_out(screen: Screen, shown: jobs.Shown[Reader]) -> None:
    """How well it reads, what it confuses, and the pictures it got wrong."""
    st.header("How well it reads", anchor=False)
    reader, folds = shown.value, _folds(screen, shown)
    low, high = repeated.interval(folds)
    writers, n = reader.interval(), len(reader.digits)
    held = f"{reader.right:,} of {n:,}, 95% interval {writers[0]:.1%} to {writers[1]:.1%} (Wilson 1927)."
    fits.metrics(
        (
            (
                "Right",
                f"{folds.mean():.1%}",
                f"Mean of {len(folds)} parts held out.",
            ),
            ("95% interval", f"{low:.1%} to {high:.1%}", "Corrected for shared training pictures."),
            ("Unseen writers", f"{reader.right / n:.1%}", held),
            ("Temperature", f"{reader.model.temperature_:.2f}", "Log densities are divided by this."),
        )
    )
    st.caption(
        f"Five parts, each read after training on the other four, {_times(len(folds) // repeated.PARTS)}. "
        "For unseen writers, and below, neighbouring pictures, often of one writer, are held out together."
    )
    names = reader.model.classes_.astype(str).tolist()
    fig = audio.confusion(names, reader.confusion(), true="written", answer="read")
    text = (
        f"Confusion matrix: {reader.right:,} of {n:,} pictures read rightly; most often {_confused(reader)}."
    )
    st.caption("Click a cell to see its pictures.")
    charts.show(screen, "confusion", fig, text, on_pick=lambda: _clicked(screen), pick="points")
    _opened(screen, reader)


def _times(repetitions: int) -> str:
    return "once" if repetitions == 1 else f"{repetitions} times with other parts"


def _folds(screen: Screen, shown: jobs.Shown[Reader]) -> Array:
    """Accuracies of repeated cross-validation: those measured before, or repeated here."""
    help_text = "0 shows what was measured before; otherwise readers are trained anew, five for each."
    with screen.controls, st.expander("More"):
        times = int(controls.number(screen, "repeat", "Repeat the test here", 0, 10, 0, help=help_text))
    if not times:
        return repeated.kept()[shown.spec]
    work = partial(repeated.repeat, shown.spec, times)
    return jobs.result(screen, shown.source, (shown.spec, times), work, name="repeat").value


def _clicked(screen: Screen) -> None:
    """A cell of the confusion matrix was clicked: open its pictures."""
    points = charts.points(screen, "confusion")
    named = [point["customdata"] for point in points if point.get("customdata")]
    if named:
        st.session_state[screen.key("mistakes")] = (int(named[0][0]), int(named[0][1]))


def _confused(reader: Reader, most: int = 3) -> str:
    """The commonest mistakes in words."""
    wrong = reader.answers != reader.digits
    pairs = Counter(zip(reader.digits[wrong].tolist(), reader.answers[wrong].tolist(), strict=True))
    return words.listed(
        [f"{a} read as {b} ({n})" for (a, b), n in pairs.most_common(most)] or ["none wrongly"]
    )


def _opened(screen: Screen, reader: Reader) -> None:
    """The pictures of one cell of the confusion matrix, or all that were read wrongly."""
    wrong = np.flatnonzero(reader.answers != reader.digits)
    pairs = Counter(zip(reader.digits[wrong].tolist(), reader.answers[wrong].tolist(), strict=True))
    key = screen.key("mistakes")
    asked = st.session_state.get(key)
    extra = [asked] if asked is not None and asked not in pairs else []
    options = [None, *(pair for pair, _ in pairs.most_common()), *extra]

    def label(pair: tuple[int, int] | None) -> str:
        return f"All {len(wrong)} mistakes" if pair is None else f"{pair[0]} read as {pair[1]}"

    pair = st.selectbox("Pictures", options, format_func=label, key=key)
    chosen = wrong
    if pair is not None:
        chosen = np.flatnonzero((reader.digits == pair[0]) & (reader.answers == pair[1]))
    if not len(chosen):
        st.caption("No picture was read so.")
        return
    first = chosen[:MOST_SHOWN]
    captions = [f"{reader.digits[i]}\N{RIGHTWARDS ARROW}{reader.answers[i]}" for i in first]
    if len(first) < len(chosen):
        st.caption(f"The first {len(first)} of {len(chosen)}.")
    often = (
        f", most often {_confused(reader)}" if pair is None else f": {words.counted(len(chosen), 'picture')}"
    )
    gallery.show(screen, "wrong", reader.pictures[first], captions, f"{label(pair)}{often}.")


def inside(screen: Screen, reader: Reader) -> None:
    """The components as pictures, and new digits drawn from them."""
    st.header("What it learned", anchor=False)
    model, names = reader.model, reader.model.classes_.astype(str).tolist()
    order = np.lexsort((model.owners(), np.concatenate([np.arange(c) for c in _counts(model.owners())])))
    centres = np.clip(model.centres().reshape(-1, 8, 8), 0, None)[order]
    parts = zip(model.owners()[order], _shares(reader)[order], strict=True)
    captions = [f"{owner} · {share:.0%}" for owner, share in parts]
    st.caption("The mean of every component, its digit, and its share of the digit.")
    counts = _counts(model.owners())
    each = f"{counts[0]} for each digit" if len(set(counts)) == 1 else _components_told(names, counts)
    text = f"The mean of every component, {each}."
    gallery.show(screen, "components", centres, captions, text)
    st.header("New digits", anchor=False)
    seed = controls.seed(screen)
    new = np.stack([model.sample(EACH, label, seed) for label in model.classes_], axis=1)
    drawn = np.clip(new.reshape(-1, 8, 8), 0, 16)
    text = f"{len(drawn)} new pictures drawn from the mixtures, {EACH} each of {words.listed(names)}."
    gallery.show(screen, "new", drawn, names * EACH, text)


def _components_told(names: list[str], counts: list[int]) -> str:
    return words.listed([f"{count} for {name}" for name, count in zip(names, counts, strict=True)])


def _counts(owners: Array) -> list[int]:
    return np.unique(owners, return_counts=True)[1].tolist()


def _shares(reader: Reader) -> Array:
    """Each component's share of its class (k,)."""
    weights, owners = reader.model.weights(), reader.model.owners()
    return np.asarray(weights / np.bincount(owners, weights)[owners])


def rows(reader: Reader) -> pd.DataFrame:
    """Every picture's digit, reading and probabilities, held out."""
    frame = pd.DataFrame({"written": reader.digits, "read": reader.answers})
    proba = reader.model.held_out_proba_.round(6)
    return frame.assign(
        **{f"probability {label}": proba[:, c] for c, label in enumerate(reader.model.classes_)}
    )
