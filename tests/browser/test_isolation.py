"""Two visitors at once, each with data of their own: neither ever receives a byte of the other's."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_visits import take, upload
from tests.browser.visitor import exceptions, open_page, settle

PAGES = ("Clustering", "BIC selection", "Synthetic data", "Clustering")
OPENS = {"Clustering": "clustering", "BIC selection": "bic_selection"}


class Person:
    """A visitor whose every name and cell begins with a word of their own, and all they received."""

    def __init__(self, page, word):
        self.page, self.word = page, word
        self.received = []
        page.on("websocket", lambda socket: socket.on("framereceived", self._keep))
        page.on("response", lambda answer: self.received.append(answer.url.encode()))

    def _keep(self, payload):
        self.received.append(payload.encode() if isinstance(payload, str) else payload)

    def table(self):
        rng = random.Random(self.word)
        middle = 10 if self.word == "ANNE" else 500
        rows = [
            f"{self.word}{i},{rng.gauss(middle * (1 + i % 2), 1)},{rng.gauss(middle, 2)}" for i in range(90)
        ]
        return "\n".join([f"{self.word}who,{self.word}length,{self.word}mass", *rows]).encode()

    def saw(self, word):
        return sum(packet.count(word.encode()) for packet in self.received) + self.page.content().count(word)


@pytest.fixture
def people(fresh_server, new_page, tmp_path):
    server = fresh_server(env={"GMM_DATABASE": f"sqlite:///{tmp_path}/saved/studio.db"})
    return server, Person(new_page(), "ANNE"), Person(new_page(), "BOBO")


def test_nothing_of_one_visitor_reaches_the_other(people, tmp_path):
    server, ann, bob = people
    for person in (ann, bob):
        open_page(person.page, server.url, "clustering", "clustering_data=Upload")
    for person in (ann, bob):
        upload(
            person.page,
            person.table(),
            f"Text column left out of fits: {person.word}who.",
            f"{person.word}.csv",
        )
    for title in PAGES:
        for person in (ann, bob):
            person.page.get_by_role("link", name=title).first.click()
        for person in (ann, bob):
            expect(person.page.get_by_role("heading", level=1)).to_have_text(title)
            settle(person.page)
            choice = person.page.get_by_role("radio", name="Upload")
            if title in OPENS and choice.count():
                choice.first.click()
                settle(person.page)
    for person, other in ((ann, bob), (bob, ann)):
        rows = take(person.page, "Rows (CSV)").decode()
        assert person.word in rows
        assert other.word not in rows
        assert person.saw(person.word) > 0
        assert person.saw(other.word) == 0
        assert exceptions(person.page) == []
    open_page(bob.page, server.url, "clustering", ann.page.url.partition("?")[2])
    assert not bob.page.get_by_text("ANNE").count(), "a copied link carries no upload"
    assert "ANNE" not in server.logged()
    assert "BOBO" not in server.logged()
    assert not (tmp_path / "saved").exists(), "nothing is written unless it is saved"
    assert not _open_files(server)


def _open_files(server):
    """Files outside memory that the server holds open and that look like somebody's data."""
    folder = Path(f"/proc/{server.process.pid}/fd")
    links = [str(each.readlink()) for each in folder.iterdir()] if folder.exists() else []
    return [name for name in links if name.startswith(("/tmp", "/var/tmp")) and "artifacts" not in name]
