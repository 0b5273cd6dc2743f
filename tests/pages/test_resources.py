"""Resources: references that resolve, words in order, and Python that can be read."""

from __future__ import annotations

import ast
import re

import pytest

from pages._ui import layout, menu
from pages._ui.glossary import GLOSSARY
from pages._ui.reading import READING
from tests.pages.visit import visit

REFERENCES = [each for group in READING.values() for each in group]
PAGES = [row for row in menu.PAGES if row.card]


def test_every_page_says_its_python():
    page = visit("resources")
    shown = {block.value for block in page.code}
    for row in PAGES:
        assert layout.about_of(row).python in shown


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_the_python_of_a_page_is_python_and_uses_the_engine(row):
    python = layout.about_of(row).python
    ast.parse(python)
    assert "gmm_engine" in python


def test_digital_object_identifiers_have_their_form_and_no_preprint_is_cited():
    for each in REFERENCES:
        assert not each.doi or re.fullmatch(r"10\.\d{4,5}/\S+", each.doi)
        assert "arxiv" not in each.markdown().lower()


def test_every_word_of_the_glossary_has_a_sentence_and_its_place():
    assert list(GLOSSARY) == sorted(GLOSSARY, key=str.lower)
    assert all(meaning.endswith(".") for meaning in GLOSSARY.values())
