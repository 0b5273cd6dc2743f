"""The part of the speech page that learns a visitor's own words, or tells speakers apart."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Generator
from io import BytesIO

import numpy as np
import soundfile
import streamlit as st

from gmm_engine.data.spoken import Spoken, label_of, read_spoken, some_words
from gmm_engine.errors import DataError
from gmm_engine.types import Dataset
from pages._ui import cache, controls, exports, inputs, jobs, uploads
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.plain import literal
from pages._ui.settings import SETTINGS
from pages._ui.speech import recognisers, sounds, speech_words
from pages._ui.speech.recognisers import Recogniser
from pages._ui.uploads import Sent

WHAT = ("Words", "Speakers")
WHAT_HELP = "Speakers: let everybody say the same three words; give each person's name in place of a word."
WAYS = ("Example", "Record", "Upload")
EXAMPLE = ("zero", "one", "two", "three")
VOICES = 4
EXAMPLE_CODE = f"spoken = some_words({EXAMPLE!r}, {VOICES})"
FEWEST, MOST = 2, 10
ARCHIVE = "speech_recordings.zip"
HOW = "2 to 10 examples of each; the more your examples differ in speed and tone, the better."


def show(screen: Screen) -> None:
    """Collect examples, train, say how good it is, and try it live."""
    screen = sounds.Part.of(screen, "teach")
    with screen.controls:
        what = controls.choice(screen, "what", "Tell apart", WHAT, help=WHAT_HELP)
        way = controls.choice(screen, "way", "Examples from", WAYS)
        spoken, code = _examples(screen, way, what)
    if not _enough(screen, spoken):
        return
    digest = _digest(spoken)
    public = way == WAYS[0]
    files = () if public else (_recordings(screen, spoken, digest),)
    source = Source(Dataset(None, kind="audio"), ("taught", digest), public, "", files=files)

    def work() -> Generator[jobs.Progress, None, Recogniser]:
        return recognisers.train(spoken, code, ("taught", digest, what), speakers=what == WHAT[1])

    shown = jobs.result(screen, source, (what, code), work, name="teach")
    with screen.results:
        _report(screen, shown.value, spoken)
        _try(screen, shown.value)
        _take(screen, shown, spoken, way)


def _examples(screen: Screen, way: str, what: str) -> tuple[Spoken, str]:
    """The recordings, and Python that reads them."""
    if way == WAYS[0]:
        st.caption(f"Four synthetic voices say {', '.join(EXAMPLE)}; they count as one speaker.")
        spoken = cache.remembered(True, ("taught", EXAMPLE), lambda: some_words(EXAMPLE, VOICES))
        return spoken, EXAMPLE_CODE
    kept = st.session_state.setdefault("_taught", {})
    _bring_back(screen, kept)
    if way == WAYS[1]:
        screen.showing.instead[screen.key("way")] = WAYS[2]
        _record(screen, kept, what)
    else:
        _upload(screen, kept)
    if kept and st.button("Forget all examples", key=screen.key("forget"), icon=":material/delete:"):
        kept.clear()
        st.rerun()
    return _spoken(kept), f"spoken = read_spoken({ARCHIVE!r})"


def _record(screen: Screen, kept: dict[str, tuple[str, Dataset]], what: str) -> None:
    """One example after another: choose the word, say it."""
    first = "yes, no, stop" if what == WHAT[0] else "Ada, Carl"
    text = st.text_input("Words, separated by commas", first, key=screen.key("words"), max_chars=200)
    names = list(dict.fromkeys(word.strip()[:40] for word in text.split(",") if word.strip()))
    if len(names) < FEWEST:
        screen.problem("Give at least two words, separated by commas.", st)
        return
    counts = Counter(label for label, _ in kept.values())
    word = st.selectbox("Say", names)
    st.caption(HOW)
    st.caption("So far: " + ", ".join(f"{counts[name]} {literal(name)}" for name in names))
    number = sum(counts.values())
    sent = st.audio_input(f"Record '{word}'", sample_rate=sounds.RATE, key=screen.key(f"mic_{word}_{number}"))
    if sent is not None:
        _keep(screen, kept, word, sent.getvalue(), f"{word}.wav")


def _upload(screen: Screen, kept: dict[str, tuple[str, Dataset]]) -> None:
    """Several files at once, the word being the first part of each name."""
    help_text = "The file name begins with the word: yes_1.wav, yes_2.wav, no_1.wav."
    for sent in st.file_uploader(
        "Your examples", accept_multiple_files=True, key=screen.key("files"), help=help_text
    ):
        _keep(screen, kept, label_of(sent.name)[0], sent.getvalue(), sent.name)


def _keep(
    screen: Screen, kept: dict[str, tuple[str, Dataset]], label: str, content: bytes, name: str
) -> None:
    digest = hashlib.sha256(content).hexdigest()
    if digest in kept:
        return
    recorded = name == f"{label}.wav"
    try:
        sound = inputs.of_upload(name, content, "audio").dataset
        if sound.about["silent"]:
            why = "Nothing was heard: check the microphone." if recorded else f"{name} is silent: left out."
            raise DataError(why)
    except DataError as problem:
        screen.problem(problem, st)
        return
    kept[digest] = (label, sound)
    if recorded:  # offer the next one
        st.rerun()


def _recordings(screen: Screen, spoken: Spoken, digest: str) -> Sent:
    """The examples as one file, to be saved with the result."""
    packed = cache.remembered(
        False, ("taught recordings", digest), lambda: np.frombuffer(_zip(spoken), np.uint8)
    )
    return Sent("recordings", ARCHIVE, packed.tobytes(), screen.key("files")).to_save()


def _bring_back(screen: Screen, kept: dict[str, tuple[str, Dataset]]) -> None:
    """Take over the examples that came with a saved result."""
    sent = uploads.came_back(role := screen.key("files"))
    if sent is None:
        return
    uploads.forget(role)
    spoken = read_spoken(sent.content or b"", sent.name, limits=SETTINGS.reader_limits())
    for sound, rate, label in zip(spoken.sounds, spoken.rates, spoken.labels, strict=True):
        heard = Dataset(sound, kind="audio", about={"sample_rate": rate})
        kept[hashlib.sha256(sound.tobytes()).hexdigest()] = (label, heard)


def _spoken(kept: dict[str, tuple[str, Dataset]]) -> Spoken:
    rows = list(kept.values())
    rates = tuple(int(sound.about["sample_rate"]) for _, sound in rows)
    labels = tuple(label for label, _ in rows)
    return Spoken(tuple(sound.values for _, sound in rows), rates, labels, ("one speaker",) * len(rows))


def _enough(screen: Screen, spoken: Spoken) -> bool:
    """Whether there is something to learn; says what is missing."""
    counts = Counter(spoken.labels)
    few = [word for word, count in counts.items() if count < FEWEST]
    if len(counts) >= 2 and not few:
        return True
    missing = ", ".join(map(literal, few)) or "a second word"
    with screen.results:
        st.info(f"At least two words with two examples each are needed. Still missing: {missing}.")
    return False


def _digest(spoken: Spoken) -> str:
    sha = hashlib.sha256(repr((spoken.labels, spoken.rates)).encode())
    for sound in spoken.sounds:
        sha.update(sound.tobytes())
    return sha.hexdigest()


def _report(screen: Screen, recogniser: Recogniser, spoken: Spoken) -> None:
    counts = Counter(spoken.labels)
    st.header("What it learned", anchor=False)
    st.markdown(" · ".join(f"{literal(word)} ({count})" for word, count in counts.items()))
    st.caption(
        "The estimate leaves recordings out in turn, trains with the others and asks for those left out."
    )
    speech_words.confusion(screen, recogniser)


def _try(screen: Screen, recogniser: Recogniser) -> None:
    st.header("Try it", anchor=False)
    refuse = controls.switch(screen, "refuse", "May answer 'none of these'", help=speech_words.REFUSE_HELP)
    source = sounds.microphone(screen, "Say one of them", "try")
    if source is None:
        return
    shown = speech_words.listen(screen, source, recogniser, refuse)
    speech_words.words(screen, shown, recogniser)


def _take(screen: Screen, shown: jobs.Shown[Recogniser], spoken: Spoken, way: str) -> None:
    recogniser = shown.value
    lines = recogniser.imports
    if way == WAYS[0]:
        lines = tuple(line.replace("import read_spoken", "import some_words") for line in lines)
    else:
        st.download_button(
            "Recordings (zip)", lambda: _zip(spoken), file_name=ARCHIVE,
            mime="application/zip", icon=":material/download:", key=screen.key("recordings"),
            on_click="ignore",
        )  # fmt: skip
    exports.offer(
        screen, shown.source, model=recogniser.model.to_dict, recipe=exports.Recipe(recogniser.code, lines)
    )


def _zip(spoken: Spoken) -> bytes:
    """All examples as `{word}_me_{n}.wav`."""
    files = {}
    for i, (sound, rate, label) in enumerate(zip(spoken.sounds, spoken.rates, spoken.labels, strict=True)):
        buffer = BytesIO()
        soundfile.write(buffer, sound, rate, format="WAV", subtype="FLOAT")
        files[f"{''.join(c if c.isalnum() else '-' for c in label)}_me_{i}.wav"] = buffer.getvalue()
    return exports.archive(files)
