"""A PostgreSQL server of our own for a test session, where its programs are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

ORDINARY = "nobody"  # PostgreSQL refuses to run as root


def programs() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``, if there is one."""
    found = shutil.which("initdb")
    places = (
        [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    )
    return next((place for place in places if (place / "pg_ctl").exists()), None)


class Postgres:
    """A server that listens on a socket in a folder of its own, and can be stopped and started."""

    def __init__(self, bin_folder: Path) -> None:
        self.bin = bin_folder
        self.folder = Path(tempfile.mkdtemp(prefix="gmm-pg-"))
        self.folder.chmod(0o700)
        self.user: dict[str, str] = {}
        if os.geteuid() == 0:
            shutil.chown(self.folder, ORDINARY)
            self.user = {"user": ORDINARY}
        self._run("initdb", "-D", str(self.folder / "data"), "-A", "trust", "-U", "studio", "--no-sync")
        self.start()

    def start(self) -> None:
        """Listen on the folder's socket only."""
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self._run("pg_ctl", "-w", "-D", str(self.folder / "data"), "-l", "log", "-o", options, "start")

    def stop(self) -> None:
        """Stop at once, as after a power cut."""
        self._run("pg_ctl", "-w", "-m", "immediate", "-D", str(self.folder / "data"), "stop")

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        if self.folder.exists():
            self.stop()
            shutil.rmtree(self.folder, ignore_errors=True)

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"d{uuid.uuid4().hex}"
        admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        return self.url(name).replace("+psycopg", "")

    def url(self, name: str) -> str:
        """The URL of the database `name`."""
        return f"postgresql+psycopg://studio@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.bin / program), *arguments]
        subprocess.run(command, check=True, cwd=self.folder, capture_output=True, timeout=60, **self.user)


@pytest.fixture(scope="session")
def postgres():
    """The running server; skips where PostgreSQL is not installed."""
    place = programs()
    if place is None:
        pytest.skip("PostgreSQL (initdb, pg_ctl) is not installed here")
    server = Postgres(place)
    yield server
    server.remove()


@pytest.fixture
def postgres_url(postgres):
    """An empty database."""
    return postgres.database()
