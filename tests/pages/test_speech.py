"""The speech page: every part opens, listens, learns and refuses in words."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from gmm_engine.data.sounds import counted, vowel
from gmm_engine.data.spoken import shipped_words
from tests.data_dir import ROOT, shared_file
from tests.pages.numbers import script
from tests.pages.visit import sentences, visit

PARTS = ("Sounds", "Words", "Teach", "Vowels")


def wav(samples, rate=8_000):
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


def text(page):
    return " ".join(part.value for part in (*page.markdown, *page.caption))


@pytest.fixture(scope="module", params=PARTS)
def page(request):
    opened = visit("speech", speech_part=request.param)
    opened.part = request.param
    return opened


def test_every_part_opens_with_its_example(page):
    assert not page.exception
    assert sentences(page) == []
    assert page.get("plotly_chart")


def test_every_part_repeats_itself_in_python(page, tmp_path):
    (tmp_path / "page.py").write_text(script(page), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "page.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "OMP_NUM_THREADS": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    expected = {"Sounds": "sound", "Words": "three", "Teach": "held-out accuracy", "Vowels": "had"}
    assert expected[page.part] in done.stdout


def test_the_words_of_the_example_are_understood():
    page = visit("speech", speech_part="Words")
    assert "**three** · **one** · **four** · **one** · **five**" in text(page)
    assert "not on people" in text(page)


def test_a_recording_of_the_visitor_is_heard():
    page = visit("speech", speech_part="Words", speech_data="Record")
    page.get("audio_input")[0].upload("recording.wav", wav(counted(("six", "two"), 12).values)).run()
    assert not page.exception
    assert "**six** · **two**" in text(page)


def test_the_classic_recipe_is_shown_with_its_reason():
    page = visit("speech", speech_view="Raw power (classic)")
    assert "one sound takes" in page.info[0].value
    assert sentences(page) == []


def test_a_vowel_is_named():
    page = visit("speech", speech_part="Vowels", speech_vowel_data="Upload", speech_vowel_kind="Men")
    page.file_uploader(key="speech_vowel_file").upload("ee.wav", wav(vowel((270, 2290, 3010)))).run()
    assert "as in *heed*" in text(page)
    page.file_uploader(key="speech_vowel_file").upload("quiet.wav", wav(np.zeros(8_000))).run()
    said = " ".join(sentences(page))
    assert "quiet.wav is silent" in said
    assert "that of ee.wav" in said
    assert "microphone" not in said
    assert "as in *heed*" in text(page)


@pytest.fixture(scope="module")
def taught():
    """Examples of two words by three voices, uploaded."""
    words = shipped_words()
    rows = [i for i, word in enumerate(words.labels) if word in {"two", "seven"}][:8]
    files = [(f"{words.labels[i]}_{n}.wav", wav(words.sounds[i])) for n, i in enumerate(rows)]
    page = visit("speech", speech_part="Teach", speech_teach_way="Upload")
    page.file_uploader(key="speech_teach_files").upload(*files[0])
    for file in files[1:]:
        page.file_uploader(key="speech_teach_files").upload(*file)
    return page.run()


def test_uploaded_examples_teach(taught):
    assert not taught.exception
    assert "two (4)" in text(taught)
    assert "seven (4)" in text(taught)
    taught.get("audio_input")[-1].upload("try.wav", wav(counted(("seven",), 8).values)).run()
    assert "**seven**" in text(taught)


def test_one_word_is_not_enough():
    page = visit("speech", speech_part="Teach", speech_teach_way="Record")
    assert "Still missing" in page.info[0].value
    page.text_input(key="speech_teach_words").set_value("yes").run()
    assert "at least two words" in sentences(page)[0]


def test_a_model_travels_as_json():
    from gmm_engine.data.spoken import shipped_model

    page = visit("speech", speech_part="Words", speech_with="My model (JSON)")
    content = json.dumps(shipped_model()["model"]).encode()
    page.file_uploader(key="speech_model_file").upload("model.json", content).run()
    assert sentences(page) == []
    assert "**three**" in text(page)
    for name in ("model_truncated.json", "model_wrong_shapes.json"):
        ugly = shared_file(f"ugly/{name}").read_bytes()
        page.file_uploader(key="speech_model_file").upload(name, ugly).run()
        assert not page.exception
        assert "cannot be used" in sentences(page)[0]


def test_ugly_recordings_get_a_result_or_a_sentence():
    page = visit("speech", speech_data="Upload")
    for row in json.loads(shared_file("ugly/expected.json").read_text()):
        if row["kind"] == "audio":
            content = shared_file(f"ugly/{row['file']}").read_bytes()
            page.file_uploader(key="speech_file").upload(row["file"], content).run()
            assert not page.exception
            said = " ".join(sentences(page)).lower()
            assert row["good"] == "load" or any(word in said for word in row["message"]), row["file"]
