"""The app as hosts start it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import exceptions, open_page


@pytest.mark.slow
def test_the_entry_script_runs_without_the_server_around_it(fresh_server, new_page):
    server = fresh_server(script="pages/_ui/main.py")
    page = open_page(new_page(), server.url, "clustering", "clustering_model=Choose&clustering_k=4")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("4")
    assert exceptions(page) == []
    assert "Traceback" not in server.logged()
