"""Something breaks under an open page: it ends in a sentence, and the page works on."""

from __future__ import annotations

import io
import os
import resource
import signal
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from tests.browser.test_visits import FILE, READ, table, upload
from tests.browser.visitor import exceptions, open_page, settle

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in Linux's /proc"),
]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def children(parent, word):
    """Processes that `parent` started whose command holds `word`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat, command = (folder / "stat").read_text(), (folder / "cmdline").read_bytes().decode()
        except OSError:  # it has ended meanwhile
            continue
        if int(stat.rpartition(")")[2].split()[1]) == parent and word in command:
            found.append(int(folder.name))
    return found


def kill_child(server, word, within=60.0):
    """Wait for the server's child and end it as the system does when memory runs out."""
    end = time.monotonic() + within
    while not (found := children(server.process.pid, word)):
        assert time.monotonic() < end, f"no child with {word} was seen"
        time.sleep(0.01)
    os.kill(found[0], signal.SIGKILL)


def workbook(rows):
    buffer = io.BytesIO()
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(rows, 6)).round(6), columns=list("abcdef"))
    frame.to_excel(buffer, index=False)
    return buffer.getvalue()


def send(page, content, name, kind):
    page.locator(FILE).first.set_input_files({"name": name, "mimeType": kind, "buffer": content})


def works(page):
    """The page answers: another number of components is fitted and shown."""
    page.get_by_role("radio", name="Choose").click()
    settle(page)
    value = page.get_by_test_id("stMetricValue").first
    expect(value).to_have_text("3")
    page.get_by_role("slider", name="Components").focus()
    page.keyboard.press("ArrowRight")
    expect(value).to_have_text("4")
    assert exceptions(page) == []


def test_a_decoder_that_is_killed_costs_a_sentence(server, page):
    open_page(page, server.url, "clustering", "clustering_data=Upload")
    upload(page, table(), READ)
    send(page, workbook(20_000), "big.xlsx", XLSX)
    kill_child(server, "_child.py")
    said = page.get_by_role("alert").filter(has_text="Send a smaller part of it")
    expect(said).to_be_visible(timeout=20_000)
    upload(page, table(90), READ, name="again.csv")
    works(page)


def test_a_full_disk_hinders_no_visit(fresh_server, new_page, tmp_path):
    server = fresh_server(env={"GMM_DATABASE": f"sqlite:///{tmp_path}/studio.db"})
    page = open_page(new_page(), server.url, "clustering", "clustering_data=Upload")
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1_000, hard))
    upload(page, table(100_000), READ, name="large.csv")
    works(page)
    page.get_by_role("button", name="Save and share").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Sharing is not possible now")).to_be_visible()
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Copy the saved link")).to_be_visible()


def test_an_open_tab_goes_on_after_a_restart(fresh_server, new_page):
    server = fresh_server()
    page = open_page(new_page(), server.url, "clustering", "clustering_data=Upload")
    upload(page, table(), READ)
    server.stop()
    expect(page.get_by_text("Connecting")).to_be_visible(timeout=30_000)
    fresh_server(port=server.port)
    settle(page)
    expect(page.get_by_text(READ)).to_be_visible()  # the last result stays on screen until something is asked
    works(page)
    expect(page.get_by_text("Upload a file to see it here")).to_be_visible(timeout=30_000)
    upload(page, table(90), READ, name="again.csv")
    assert exceptions(page) == []
