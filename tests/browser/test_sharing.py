"""Saved on one server, opened on another that has the same database, deleted by its maker."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.server import Server
from tests.browser.test_visits import READ, table, upload
from tests.browser.visitor import accessibility, exceptions, open_page, screenshot, settle, sideways
from tests.pages.postgres import Postgres, programs

pytestmark = pytest.mark.xdist_group("sharing")  # one database, which goes away in the last test


class Database:
    """PostgreSQL where it is installed, else SQLite; `stop` takes it away from the servers."""

    def __init__(self, folder):
        self.folder, self.postgres = folder / "saved", None
        self.url = f"sqlite:///{self.folder}/studio.db"
        if programs() is not None:
            self.postgres = Postgres(programs())
            self.url = self.postgres.database()

    def stop(self):
        if self.postgres is not None:
            self.postgres.remove()
        else:
            self.folder.rename(self.folder.with_name("away"))
            self.folder.write_text("not a folder")


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    made = Database(tmp_path_factory.mktemp("database"))
    yield made
    if made.postgres is not None:
        made.postgres.remove()


@pytest.fixture(scope="module")
def servers(database):
    """Two servers, one database."""
    running = [Server(env={"GMM_DATABASE": database.url}) for _ in range(2)]
    yield running
    for each in running:
        each.stop()


def save(page, server, with_file):
    """Upload a table, save the result; the address of what was saved."""
    open_page(page, server.url, "clustering", "clustering_data=Upload&clustering_most=4")
    upload(page, table(), READ)
    page.get_by_role("button", name="Save and share").click()
    if with_file:
        page.get_by_text("Store my file as well").click()
        settle(page)
    page.get_by_role("button", name="Save", exact=True).click()
    link = page.get_by_role("button", name="Copy the saved link")
    expect(link).to_be_visible()
    return link.get_attribute("data-address")


def metrics(page):
    return page.locator("[data-testid=stMetricValue]").all_inner_texts()


def test_a_result_with_its_file_lives_on_another_server_until_its_maker_deletes_it(servers, new_page):
    first, second = servers
    maker, guest = new_page(), new_page()
    address = save(maker, first, with_file=True)
    assert re.fullmatch(rf"{first.url}/clustering\?share=[\w-]{{32}}", address)
    elsewhere = address.replace(first.url, second.url)
    guest.goto(elsewhere)
    settle(guest)
    assert metrics(guest) == metrics(maker) != []
    expect(guest.get_by_text(READ)).to_be_visible()
    expect(guest.get_by_role("slider", name="At most")).to_have_value("4")
    assert guest.get_by_role("button", name="Delete it").count() == 0
    guest.reload()
    settle(guest)
    assert metrics(guest) == metrics(maker)

    maker.goto(elsewhere)
    settle(maker)
    maker.get_by_role("button", name="Delete it").click()
    expect(maker.get_by_text("A saved result")).to_have_count(0)
    late = new_page()
    late.goto(address)
    expect(settle(late).get_by_text("Nothing is saved under this link")).to_be_visible()
    assert metrics(late) != []
    token = address.partition("share=")[2]
    for server in servers:
        assert token not in server.logged()


def test_without_its_file_the_figures_are_shown(servers, new_page):
    address = save(new_page(), servers[0], with_file=False)
    guest = new_page(width=390, height=844, dark=True)
    guest.goto(address)
    settle(guest)
    expect(guest.locator(".js-plotly-plot .scatterlayer").first).to_be_visible()
    expect(guest.get_by_text("Its data are not part of it")).to_be_visible()
    screenshot(guest, "saved-phone-dark")
    assert sideways(guest) <= 0
    assert accessibility(guest) == []
    assert exceptions(guest) == []


def test_when_the_database_goes_the_page_works_and_says_why(servers, database, page):
    open_page(page, servers[1].url, "clustering")
    database.stop()
    page.get_by_role("button", name="Save and share").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Sharing is not possible now")).to_be_visible()
    assert metrics(page) != []
    open_page(page, servers[1].url, "clustering", f"share={'x' * 32}")
    expect(page.get_by_text("Sharing is not possible now")).to_be_visible()
    assert metrics(page) != []
    assert "Traceback" not in servers[1].logged()
