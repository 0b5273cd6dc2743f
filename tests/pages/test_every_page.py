"""Every page of the menu opens, with an example fitted and without an exception."""

from __future__ import annotations

import pytest

from pages._ui import menu
from tests.pages.visit import sentences, visit


@pytest.mark.parametrize("name", [row.name for row in menu.PAGES])
def test_opens_with_its_title_and_question(name):
    page = visit(name)
    assert not page.exception
    assert sentences(page) == []
    assert page.title[0].value == menu.entry(name).title
    assert any(menu.entry(name).question in text.value for text in page.markdown)
    offered = [button.label for button in page.get("download_button")]
    assert ("Report (HTML)" in offered) == menu.entry(name).card


def test_every_file_has_its_row_in_the_menu():
    files = {path.stem for path in menu.FOLDER.glob("*.py")}
    assert files == {row.name for row in menu.PAGES}
