"""The part of the digits page that learns a visitor's own characters, and is tried at once."""

from __future__ import annotations

from collections import Counter

import numpy as np
import streamlit as st

from gmm_engine.errors import DataError
from gmm_engine.figures import digits
from gmm_engine.types import Array, Dataset
from pages._ui import controls, exports, fits, inputs, jobs
from pages._ui.digits import answer, drawing_pad, gallery, taught
from pages._ui.digits.taught import Lessons, Taught
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.plain import literal
from pages._ui.speech.sounds import Part
from pages._ui.uploads import Sent

WAYS = ("Example", "Draw", "Upload")
EACH, MOST_CHARACTERS, MOST_DRAWINGS, LONGEST = 5, 12, 300, 12
MOST_SHOWN, SHORT = 60, 5  # drawings; letters of a name that fit under one on a phone
FIRST = "A, B, C"
HOW = "Five of each are a good lesson; two are enough to begin. Slant and proportions count, size does not."


def show(screen: Screen) -> None:
    """Collect drawings, learn, say how good it is, and try it live."""
    screen = Part.of(screen, "teach")
    with screen.controls:
        way = controls.choice(screen, "way", "Characters from", WAYS)
        found = _found(screen, way)
    if isinstance(found, Taught):
        files = tuple(screen.showing.others.values())
        source = Source(Dataset(None, kind="image"), ("taught", way), False, "", files=files)
        with screen.results:
            _try(screen, found)
            exports.offer(screen, source, model=found.model.to_dict)
    elif missing := found.missing():
        with screen.results:
            _shown(screen, found)
            st.info(
                "At least two characters with two drawings each are needed. "
                f"Still missing: {inputs.literal(missing)}."
            )
    else:
        _learn(screen, found, public=way == WAYS[0])


def _learn(screen: Screen, lessons: Lessons, *, public: bool) -> None:
    files = tuple(screen.showing.others.values())
    source = Source(Dataset(None, kind="image"), ("lessons", lessons.key), public, lessons.code, files=files)
    shown = jobs.result(screen, source, lessons.key, lambda: taught.learned(lessons), name="teach")
    with screen.results:
        _try(screen, shown.value)
        _report(screen, shown.value, lessons)
        exports.offer(
            screen, source, rows=lessons.frame, model=shown.value.model.to_dict,
            figures={name: fig for name, (fig, _) in screen.showing.charts.items()}, recipe=lessons.recipe(),
        )  # fmt: skip


def _found(screen: Screen, way: str) -> Lessons | Taught:
    """What the visitor gives to learn from; the example until there is something."""
    if way == WAYS[1]:
        kept = st.session_state.setdefault("_drawn", [])
        _drawn(screen, kept)
        lessons, role = taught.of_drawings(kept), screen.key("file")
        if kept:  # saved with the result as the file that *Upload* reads
            content = exports.csv(lessons.frame())
            screen.showing.others[role] = Sent("drawings", "drawings.csv", content, role).to_save()
            screen.showing.instead[screen.key("way")] = WAYS[2]
        return lessons
    if way == WAYS[2]:
        sent = inputs.second(screen, "Drawings (CSV) or a model (JSON) of this page", "file", "drawings")
        st.caption(inputs.PRIVACY)
        try:
            return taught.example() if sent is None else taught.of_file(sent.content, sent.name)
        except DataError as problem:
            screen.problem(problem, st)
    return taught.example()


def _drawn(screen: Screen, kept: list[tuple[str, Array]]) -> None:
    """One drawing after another: choose the character, draw it, keep it."""
    text = st.text_input("Characters, separated by commas", FIRST, key=screen.key("names"), max_chars=150)
    names = list(dict.fromkeys(word.strip()[:LONGEST] for word in text.split(",") if word.strip()))
    if not 2 <= len(names) <= MOST_CHARACTERS:
        screen.problem(f"Give two to {MOST_CHARACTERS} characters, separated by commas.", st)
        return
    st.caption(HOW)
    _pad(screen, kept, names)
    if kept and st.button("Forget all drawings", key=screen.key("forget"), icon=":material/delete:"):
        kept.clear()
        st.rerun()


@st.fragment
def _pad(screen: Screen, kept: list[tuple[str, Array]], names: list[str]) -> None:
    """The character that is due, a pad, and a button that keeps what is drawn."""
    counts = Counter(name for name, _ in kept)
    due = min(names, key=lambda name: (counts[name] // EACH, counts[name] % EACH == 0, names.index(name)))
    options = {"format_func": lambda name: f"{name} ({counts[name]})"}
    name = st.selectbox("Draw", names, names.index(due), key=screen.key(f"which_{len(kept)}"), **options)
    ink = drawing_pad.show(screen, f"pad_{len(kept)}", f"the character {name}", live=False)
    left, right = st.columns(2)
    if left.button("Keep it", type="primary", key=screen.key("keep"), disabled=len(kept) >= MOST_DRAWINGS):
        if ink is None:
            screen.problem("Nothing is drawn yet: draw the character, then keep it.", st)
        else:
            kept.append((name, taught.row_of(ink)))
            st.rerun()
    if kept and right.button("Undo", key=screen.key("undo"), icon=":material/undo:"):
        kept.pop()
        st.rerun()


@st.fragment
def _try(screen: Screen, reader: Taught) -> None:
    """A pad to draw one of the characters in, and what is read."""
    st.header("Try it", anchor=False)
    left, right = st.columns([1, 1.5], gap="large")
    with left:
        ink = drawing_pad.show(screen, "try", "one of the characters")
    names = reader.model.classes_.astype(str).tolist()
    note = "" if ink is not None else f"Draw one of them: {', '.join(names[:MOST_CHARACTERS])}"
    held_out = reader.model.held_out_proba_
    with right:
        if ink is None and held_out is None:
            st.caption(literal(note))
            return
        proba = held_out[0] if ink is None else reader.read(ink)
        first = names[int(np.argmax(proba))]
        what = "Until then: the first drawing, held out, is read as " if ink is None else "Read as "
        said = (what, first, f" with probability {proba.max():.1%}.")
        answer.show(screen, answer.Answer(said, names, proba, note))


def _report(screen: Screen, reader: Taught, lessons: Lessons) -> None:
    st.header("What it learned", anchor=False)
    n, (low, high) = len(reader.answers), reader.interval()
    held = f"{reader.right} of {n} drawings, each read by a model that had not seen it."
    fits.metrics(
        (
            ("Right", f"{reader.right / n:.0%}", held),
            ("95% interval", f"{low:.0%} to {high:.0%}", "Wilson's interval for the share read rightly."),
            ("Characters", str(len(reader.model.classes_)), "Those that can be read."),
        )
    )
    _shown(screen, lessons, reader.answers)


def _shown(screen: Screen, lessons: Lessons, answers: tuple[str, ...] = ()) -> None:
    """The drawings with their characters; those read wrongly say as what."""
    n = min(len(lessons.names), MOST_SHOWN)
    if not n:
        return
    words = list(lessons.names[:n])
    for i, read in enumerate(answers[:n]):
        if read != words[i]:
            words[i] = f"{words[i]}\N{RIGHTWARDS ARROW}{read}"
    if n < len(lessons.names):
        st.caption(f"The first {n} of {len(lessons.names)}.")
    sheet = lessons.rows[:n].reshape(n, taught.SIDE, taught.SIDE)
    across = digits.ACROSS if max(map(len, words)) <= SHORT else digits.ACROSS // 2
    wrong = sum("\N{RIGHTWARDS ARROW}" in text for text in words)
    told = f", {wrong} of them read wrongly" if answers else ""
    gallery.show(screen, "drawings", sheet, words, f"{n} drawings to learn from{told}.", across)
