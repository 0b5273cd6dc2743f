"""The other files of a page, such as a second table to score, are part of what is saved."""

from __future__ import annotations

import json

import pytest

from gmm_engine.data.signs import some_signs
from gmm_engine.data.spoken import shipped_model, shipped_words
from pages._ui.digits import taught
from tests.pages.test_sharing import PEOPLE, arrive, metrics, no_cookies, save, shelf, uploaded
from tests.pages.test_speech import wav
from tests.pages.visit import sentences, visit

__all__ = ["no_cookies", "shelf"]  # fixtures
OTHERS = PEOPLE.replace(b"1", b"2")


def with_second(name="clustering", role="second", **link):
    page = visit(name, **link)
    page.file_uploader(key=f"{name}_{role}").upload("others.csv", OTHERS)
    return page.run()


def captions(page):
    return [text.value for text in page.caption]


def test_a_second_table_comes_back_and_can_be_left_out(shelf):
    maker = uploaded()
    before = metrics(maker)
    maker.file_uploader(key="clustering_second").upload("others.csv", OTHERS).run()
    maker.checkbox(key="clustering_save_file").check()
    token = save(maker)
    assert [file.content for file in shelf.get(token).files] == [PEOPLE, OTHERS]
    guest = arrive(token)
    assert metrics(guest) == metrics(maker) != before
    assert "With the saved result: others.csv" in captions(guest)
    assert not any("Uploaded in this visit" in box.label for box in guest.selectbox)
    guest.button(key="clustering_second_out").click().run()
    assert metrics(guest) == before


def test_a_table_learned_from_is_needed_to_show_the_result_again(shelf):
    maker = visit("anomalies", anomalies_data="Upload", anomalies_learn="Another file")
    maker.file_uploader(key="anomalies_file").upload("people.csv", PEOPLE).run()
    maker.file_uploader(key="anomalies_reference").upload("others.csv", OTHERS).run()
    guest = arrive(save(maker, "anomalies"), "anomalies")
    assert not guest.file_uploader
    assert not guest.dataframe, "rows of a table that was not saved"
    maker.checkbox(key="anomalies_save_file").check().run()
    guest = arrive(save(maker, "anomalies"), "anomalies")
    assert metrics(guest) == metrics(maker) != []
    assert sentences(guest) == []


def test_a_model_file_comes_back(shelf):
    model = {
        "format": "gmm_engine.mixture", "version": 1, "covariance_type": "full", "weights": [1.0],
        "means": [[170.0, 70.0]], "covariances": [[[90.0, 0.0], [0.0, 90.0]]], "lower_bound": 0.0,
        "n_iter": 1, "converged": True, "columns": ["height", "mass"],
    }  # fmt: skip
    maker = visit("clustering", clustering_data="Upload", clustering_judge="A file")
    maker.file_uploader(key="clustering_file").upload("people.csv", PEOPLE).run()
    maker.file_uploader(key="clustering_model_file").upload("model.json", json.dumps(model).encode()).run()
    maker.file_uploader(key="clustering_second").upload("others.csv", OTHERS).run()
    maker.checkbox(key="clustering_save_file").check()
    guest = arrive(save(maker))
    assert metrics(guest) == metrics(maker)
    assert sentences(guest) == []


def spoken(words):
    known = shipped_words()
    rows = [i for i, word in enumerate(known.labels) if word in words][: 4 * len(words)]
    return [(f"{known.labels[i]}_{n}.wav", wav(known.sounds[i])) for n, i in enumerate(rows)]


def test_taught_words_come_back(shelf):
    maker = visit("speech", speech_part="Teach", speech_teach_way="Upload")
    for file in spoken({"two", "seven"}):
        maker.file_uploader(key="speech_teach_files").upload(*file)
    maker.run()
    maker.checkbox(key="speech_teach_save_file").check()
    guest = arrive(save(maker, "speech_teach"), "speech")
    assert sentences(guest) == []
    assert metrics(guest) == metrics(maker) != []
    assert any("two (4)" in part.value for part in guest.markdown)
    guest.button(key="speech_teach_forget").click().run()
    assert any("Still missing" in part.value for part in guest.info)


def test_characters_drawn_by_hand_come_back(shelf):
    drawings, names = some_signs(3)
    maker = visit("digits", digits_part="Your characters", digits_teach_way="Draw")
    for name, ink in zip(names, drawings, strict=True):
        maker.session_state["_drawn"].append((name, taught.row_of(ink)))
    maker.run()
    maker.checkbox(key="digits_teach_save_file").check()
    guest = arrive(save(maker, "digits_teach"), "digits")
    assert sentences(guest) == []
    assert metrics(guest) == metrics(maker) != []
    assert "With the saved result: drawings.csv" in captions(guest)


@pytest.mark.slow
def test_a_recogniser_from_a_file_comes_back(shelf):
    maker = visit("speech", speech_part="Words", speech_with="My model (JSON)")
    content = json.dumps(shipped_model()["model"]).encode()
    maker.file_uploader(key="speech_model_file").upload("model.json", content).run()
    maker.checkbox(key="speech_save_file").check()
    guest = arrive(save(maker, "speech"), "speech")
    assert sentences(guest) == []
    assert "With the saved result: model.json" in captions(guest)


def test_a_damaged_second_file_is_a_sentence(shelf):
    maker = with_second()
    maker.file_uploader(key="clustering_second").upload("others.csv", b"PK\x03\x04 no archive").run()
    assert sentences(maker)
    maker.checkbox(key="clustering_save_file").check()
    maker.button(key="clustering_save").click().run()
    guest = arrive(maker.session_state["_saved"][0].token)
    assert sentences(guest) == sentences(maker)
    assert guest.metric


@pytest.mark.parametrize("roles", [None, "second", [1], ["x"] * 400, [["x"]]])
def test_roles_are_checked(roles):
    import zlib

    from gmm_engine.errors import DataError
    from pages._ui.saving.snapshots import Snapshot, pack, unpack

    document = json.loads(zlib.decompress(pack(Snapshot("clustering", {}, True, {}))))
    content = zlib.compress(json.dumps(document | {"roles": roles}).encode())
    with pytest.raises(DataError):
        unpack(content)
    del document["roles"]
    assert unpack(zlib.compress(json.dumps(document).encode())).roles == ()


CELLS = {"title": "Profiles", "columns": ["a"], "rows": [["1"]], "total": 1}
DAMAGED = {
    "numbers of nothing": {"numbers": None},
    "a number without its meaning": {"numbers": [["BIC", "1"]]},
    "a number that is no text": {"numbers": [["BIC", 1, ""]]},
    "a number without end": {"numbers": [["BIC", "1" * 3_000, ""]]},
    "too many numbers": {"numbers": [["BIC", "1", ""]] * 400},
    "tables of nothing": {"tables": None},
    "a table that is none": {"tables": ["x"]},
    "a table without a title": {"tables": [CELLS | {"title": None}]},
    "two columns of one name": {"tables": [CELLS | {"columns": ["a", "a"], "rows": [["1", "2"]]}]},
    "a row too wide": {"tables": [CELLS | {"rows": [["1", "2"]]}]},
    "a cell that is no text": {"tables": [CELLS | {"rows": [[1]]}]},
    "too many rows": {"tables": [CELLS | {"rows": [["1"]] * 60, "total": 60}]},
    "fewer rows than it shows": {"tables": [CELLS | {"total": 0}]},
    "a length that is no number": {"tables": [CELLS | {"total": True}]},
}


@pytest.mark.parametrize("part", DAMAGED.values(), ids=DAMAGED)
def test_numbers_and_tables_are_checked(part):
    import zlib

    from gmm_engine.errors import DataError
    from pages._ui.saving.snapshots import Snapshot, pack, unpack

    document = json.loads(zlib.decompress(pack(Snapshot("clustering", {}, True, {}))))
    with pytest.raises(DataError, match="cannot be used"):
        unpack(zlib.compress(json.dumps(document | part).encode()))


def test_results_of_earlier_releases_open():
    import zlib

    from pages._ui.excerpt import Excerpt
    from pages._ui.saving.snapshots import Snapshot, pack, unpack

    table = Excerpt(("a",), (("1",),), 3)
    full = Snapshot("clustering", {}, True, {}, numbers={"BIC": ("1", "")}, tables={"Profiles": table})
    assert unpack(pack(full)) == full
    document = json.loads(zlib.decompress(pack(full)))
    for field in ("numbers", "tables"):
        del document[field]
    old = unpack(zlib.compress(json.dumps(document).encode()))
    assert (old.numbers, old.tables) == ({}, {})
