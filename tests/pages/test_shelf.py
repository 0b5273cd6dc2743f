"""Saved results in a database: SQLite always, PostgreSQL where it is installed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from sqlalchemy import text

from pages._ui.saving.shelf import DAY, File, SharingError, Shelf, hashed
from pages._ui.saving.shelf_schema import MIGRATIONS, NewerSchemaError, migrate
from pages._ui.settings import SETTINGS
from tests.pages.postgres import postgres, postgres_url

LIMITS = replace(SETTINGS, share_megabytes=1, share_visitor_megabytes=2, share_total_megabytes=3)
ANN, BOB = "ann" * 11, "bob" * 11
TABLE = File("table", "people.csv", b"a,b\n1,2\n")


class Clock:
    """A clock that a test sets."""

    time = 1_700_000_000.0

    def __call__(self):
        return self.time


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/down/studio.db"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def shelf(address, clock):
    opened = Shelf(address, LIMITS, clock)
    yield opened
    opened.close()


def rows(shelf, table="snapshots"):
    with shelf._ready().begin() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]


def test_what_is_put_comes_back_on_another_server(shelf, address, clock):
    token = shelf.put(b"document", [TABLE, replace(TABLE, name="häßlich/../x.csv")], ANN)
    other = Shelf(address, LIMITS, clock)
    entry = other.get(token)
    other.close()
    assert entry.document == b"document"
    assert [file.name for file in entry.files] == ["people.csv", "häßlich/../x.csv"]
    assert entry.files[0] == TABLE
    assert entry.expires - entry.created == SETTINGS.share_days * DAY
    assert entry.made_by(ANN)
    assert not entry.made_by(BOB)


def test_tokens_cannot_be_guessed_and_are_not_stored(shelf):
    tokens = {shelf.put(b"x", [], ANN) for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 32
    stored = repr(rows(shelf))
    assert all(token not in stored and hashed(token) in stored for token in tokens)
    assert ANN not in stored


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "\x00", "\udcff", "a" * 100_000])
def test_an_unknown_token_gets_a_sentence(shelf, token):
    shelf.put(b"x", [], ANN)
    with pytest.raises(SharingError, match="Nothing is saved under this link"):
        shelf.get(token)


def test_only_the_maker_deletes_and_files_go_with_it(shelf):
    token = shelf.put(b"x", [TABLE], ANN)
    assert not shelf.remove(token, BOB)
    assert shelf.get(token).files == (TABLE,)
    assert shelf.remove(token, ANN)
    assert not shelf.remove(token, ANN)
    assert rows(shelf, "snapshot_files") == []
    with pytest.raises(SharingError, match="Nothing is saved"):
        shelf.get(token)


def test_after_its_time_a_result_is_gone_and_its_space_free(shelf, clock):
    token = shelf.put(b"x" * 900_000, [TABLE], ANN)
    clock.time += LIMITS.share_days * DAY + 1
    with pytest.raises(SharingError, match="30 days"):
        shelf.get(token)
    shelf.put(b"x" * 900_000, [], ANN)
    shelf.put(b"x" * 900_000, [], ANN)
    assert len(rows(shelf)) == 2
    assert rows(shelf, "snapshot_files") == []


def test_quotas_hold_for_one_result_a_visitor_and_all(shelf):
    with pytest.raises(SharingError, match=r"takes 1\.1 MB; one saved result may take 1 MB"):
        shelf.put(b"x" * 500_000, [replace(TABLE, content=b"x" * 600_000)], ANN)
    for _ in range(2):
        shelf.put(b"x" * 900_000, [], ANN)
    with pytest.raises(SharingError, match=r"Your saved results take 1\.8 MB and this one 0\.9 MB, of 2 MB"):
        shelf.put(b"x" * 900_000, [], ANN)
    shelf.put(b"x" * 900_000, [], BOB)
    with pytest.raises(SharingError, match="keeps 3 MB of saved results, and is full"):
        shelf.put(b"x" * 900_000, [], BOB)
    assert len(rows(shelf)) == 3


def test_an_older_database_is_brought_up_to_date_once(shelf):
    def later(connection):
        connection.execute(text("ALTER TABLE snapshots ADD COLUMN colour VARCHAR(9) DEFAULT 'blue'"))

    token = shelf.put(b"x", [TABLE], ANN)
    with shelf._ready().begin() as connection:
        assert migrate(connection, [*MIGRATIONS, later]) == len(MIGRATIONS)
        assert migrate(connection, [*MIGRATIONS, later]) == len(MIGRATIONS) + 1
        assert connection.execute(text("SELECT colour FROM snapshots")).scalar_one() == "blue"
    assert shelf.get(token).files == (TABLE,)
    with shelf._ready().begin() as connection, pytest.raises(NewerSchemaError):
        migrate(connection)


def test_a_step_that_fails_leaves_the_version_it_found(shelf):
    def broken(connection):
        connection.execute(text("ALTER TABLE snapshots ADD COLUMN half VARCHAR(9)"))
        raise RuntimeError("power cut")

    token = shelf.put(b"x", [], ANN)
    with pytest.raises(RuntimeError), shelf._ready().begin() as connection:
        migrate(connection, [*MIGRATIONS, broken])
    assert rows(shelf, "schema_version") == [(1, len(MIGRATIONS))]
    assert shelf.get(token).document == b"x"


def test_a_newer_database_is_left_alone(shelf, address, clock):
    shelf.put(b"x", [], ANN)
    with shelf._ready().begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = 99"))
    older = Shelf(address, LIMITS, clock)
    with pytest.raises(SharingError, match="a later release of this app"):
        older.put(b"x", [], ANN)
    older.close()


def test_a_database_that_lost_its_tables_gets_them_again(shelf):
    shelf.put(b"x", [], ANN)
    with shelf._ready().begin() as connection:
        for table in ("snapshot_files", "snapshots", "schema_version"):
            connection.execute(text(f"DROP TABLE {table}"))
    assert shelf.get(shelf.put(b"y", [], ANN)).document == b"y"


def test_two_servers_may_start_on_an_empty_database_at_once(address, clock):
    from concurrent.futures import ThreadPoolExecutor

    shelves = [Shelf(address, LIMITS, clock) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(lambda each: each.put(b"x", [TABLE], ANN), shelves))
    assert [shelves[0].get(token).document for token in tokens] == [b"x"] * 4
    for each in shelves:
        each.close()


@pytest.mark.parametrize(
    "gone",
    ["postgresql://nobody@127.0.0.1:1/x", "sqlite:////proc/nowhere/studio.db"],
    ids=["server", "folder"],
)
def test_a_database_that_is_gone_gets_a_sentence(gone):
    with pytest.raises(SharingError, match="Sharing is not possible now") as caught:
        Shelf(gone, LIMITS).put(b"x", [], ANN)
    assert "Everything else on the page works" in str(caught.value)


def test_a_full_disk_gets_a_sentence_and_nothing_half_saved(tmp_path, monkeypatch):
    shelf = Shelf(f"sqlite:///{tmp_path}/studio.db", LIMITS)
    token = shelf.put(b"x", [TABLE], ANN)
    monkeypatch.setattr("pages._ui.saving.shelf.PRAGMAS", ("max_page_count = 1", "foreign_keys = ON"))
    with pytest.raises(SharingError, match="no space left"):
        shelf.put(b"x" * 900_000, [TABLE], ANN)
    assert shelf.get(token).files == (TABLE,)


def test_a_locked_or_broken_file_gets_a_sentence(tmp_path):
    path = tmp_path / "studio.db"
    path.write_bytes(b"this is no database" * 1000)
    with pytest.raises(SharingError, match="Sharing is not possible now"):
        Shelf(f"sqlite:///{path}", LIMITS).put(b"x", [], ANN)


def test_deleted_files_are_overwritten_and_the_folder_is_closed(tmp_path):
    shelf = Shelf(f"sqlite:///{tmp_path}/kept/studio.db", LIMITS)
    secret = b"only for the maker's eyes" * 1000
    token = shelf.put(b"x", [replace(TABLE, content=secret)], ANN)
    path = tmp_path / "kept" / "studio.db"
    assert secret[:25] in path.read_bytes()
    shelf.remove(token, ANN)
    assert secret[:25] not in path.read_bytes()
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_failure_is_logged_without_values(caplog, tmp_path):
    address = "postgresql://ann:s3cret-word@127.0.0.1:1/x"
    with pytest.raises(SharingError):
        Shelf(address, LIMITS).put(b"visitor's words", [], ANN)
    assert "sharing fails" in caplog.text
    assert "s3cret" not in caplog.text
    assert "visitor's words" not in caplog.text
    assert ANN not in caplog.text


__all__ = ["postgres", "postgres_url"]  # fixtures
