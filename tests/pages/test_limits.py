"""Limits: one documented place, budgets that add up, shares that hold."""

from __future__ import annotations

import gc
from dataclasses import fields, replace

import pytest

from docs.make_settings import PAGE, text
from gmm_engine.errors import BudgetError, UploadError
from pages._ui import appetite, settings
from pages._ui.cache import Store
from pages._ui.gate import Gate
from pages._ui.ledger import Ledger
from pages._ui.server.gatekeeper import address
from pages._ui.server.pace import Pace
from pages._ui.settings import SETTINGS, Settings, load
from tests.pages.visit import sentences, visit

HOSTED = load({"GMM_PROFILE": "hosted"})


def test_the_page_about_settings_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == text()


def test_every_setting_says_what_it_means():
    rows = settings.table().splitlines()
    assert len(rows) == len(fields(Settings)) + 2
    assert all(row.metadata["meaning"].endswith((".", "`.")) for row in fields(Settings))


def test_the_hosted_profile_stays_below_a_gigabyte():
    assert HOSTED.memory_megabytes() < 1000
    assert HOSTED.job_slots * HOSTED.job_megabytes < Settings().job_slots * Settings().job_megabytes


def test_a_variable_overrides_the_profile():
    assert load({"GMM_PROFILE": "hosted", "GMM_ROWS": "7"}).reader_limits().rows == 7
    with pytest.raises(ValueError, match="GMM_PROFILE must be one of local, hosted"):
        load({"GMM_PROFILE": "huge"})


def test_readers_get_every_limit():
    names = {
        "rows": 11,
        "columns": 12,
        "cells": 13,
        "audio_seconds": 14.0,
        "video_frames": 15,
        "decoders": 16,
    }
    limits = replace(
        SETTINGS, megapixels=0.5, upload_megabytes=3, decode_megabytes=4, **names
    ).reader_limits()
    assert {name: getattr(limits, name) for name in names} == names
    assert (limits.pixels, limits.upload_bytes, limits.decode_memory) == (500_000, 3_000_000, 4_000_000)


def test_a_job_too_large_is_refused_with_both_numbers(monkeypatch):
    page = visit("synthetic_data")
    before = [metric.value for metric in page.metric]
    monkeypatch.setattr(appetite, "SETTINGS", replace(SETTINGS, job_megabytes=0.1))
    page.slider(key="synthetic_data_k").set_value(4).run()
    said = sentences(page)[0]
    assert "would take about" in said
    assert "this server has 0.1 MB for one job" in said
    assert [metric.value for metric in page.metric] == before


def test_what_all_visitors_keep_stays_within_the_budget():
    ledger = Ledger(1000)
    ann, bob = Store(800, ledger), Store(800, ledger)
    for i in range(4):
        ann.put(i, b"x" * 200)
    size = ann.used // 4
    bob.put("b", b"x" * 200)
    assert ledger.used <= 1000
    assert ann.get(0) is None, "the value used longest ago gives way, whoever's it is"
    assert ann.get(3) is not None
    assert bob.get("b") is not None
    with pytest.raises(UploadError, match="this server has"):
        ledger.admit(1001 + size)
    assert ledger.used == 0, "results made room before the file was refused"


def test_a_visit_that_ends_leaves_the_ledger():
    ledger = Ledger(1000)
    store = Store(800, ledger)
    store.put("a", b"x" * 500)
    assert ledger.used > 500
    del store
    gc.collect()
    assert ledger.used == 0


def test_somebody_who_hurries_has_to_wait():
    now = [0.0]
    pace = Pace(2, lambda: now[0])
    assert [pace.wait("ann"), pace.wait("ann"), pace.wait("bob")] == [0, 0, 0]
    now[0] = 20.0
    assert pace.wait("ann") == 40
    now[0] = 60.0
    assert pace.wait("ann") == 0


def test_one_visitor_cannot_fill_the_queue():
    gate = Gate(2, replace(SETTINGS, visitor_jobs=2, visitor_jobs_a_minute=3))
    full = pytest.raises(BudgetError, match="2 of your jobs run or wait")
    with gate.slot(print, "ann"), gate.slot(print, "ann"), full, gate.slot(print, "ann"):
        pass
    with gate.slot(print, "ann"):
        pass
    with pytest.raises(BudgetError, match="started 3 jobs within a minute"), gate.slot(print, "ann"):
        pass
    with gate.slot(print, "bob"):
        pass


def test_only_a_trusted_proxy_says_who_comes():
    scope = {"client": ("192.0.2.1", 5), "headers": [(b"x-forwarded-for", b"198.51.100.1, 203.0.113.5")]}
    assert address(scope) == "192.0.2.1"
    assert address(scope, b"x-forwarded-for") == "203.0.113.5"
    assert address({"client": None, "headers": []}) == "unknown"
