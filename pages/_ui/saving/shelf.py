"""Saved results in a database: put, fetched by an unguessable token, deleted, forgotten in time.

    shelf = Shelf("sqlite:///saved/studio.db", SETTINGS)
    token = shelf.put(document, files, maker)
    entry = shelf.get(token)

Only the token's SHA-256 is stored, so the database alone opens no link. Everything that can
go wrong with a database comes out as one `SharingError` with a sentence.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, delete, event, func, insert, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from gmm_engine.errors import GMMError
from pages._ui.saving.shelf_schema import NewerSchemaError, files, lock, migrate, snapshots
from pages._ui.settings import Settings

LOG = logging.getLogger("gmm_studio")
Answer = TypeVar("Answer")
MEGABYTE = 1_000_000
DAY = 86_400
PATIENCE_SECONDS = 3
# Deleted means overwritten, and its space is given back.
PRAGMAS = ("auto_vacuum = FULL", "secure_delete = ON", "foreign_keys = ON")
LATER = "Everything else on the page works; try again later."


class SharingError(GMMError):
    """A result cannot be saved, opened or deleted; the message says why."""


@dataclass(frozen=True)
class File:
    """A visitor's file as it came: its `kind` ("table", "image", ...), its name, its bytes."""

    kind: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Entry:
    """What the shelf holds under a token; times in seconds since 1970, `own` if `maker` made it."""

    document: bytes
    files: tuple[File, ...]
    created: int
    expires: int
    maker_hash: str

    def made_by(self, maker: str) -> bool:
        """Whether this visitor saved it."""
        return secrets.compare_digest(self.maker_hash, hashed(maker))


class Shelf:
    """Saved results behind a SQLAlchemy URL.

    Parameters
    ----------
    address : SQLAlchemy URL; ``postgres://`` is understood as well.
    limits : `share_days` and the quotas.
    now : the clock, seconds since 1970.
    """

    def __init__(self, address: str, limits: Settings, now: Callable[[], float] = time.time) -> None:
        self.url = _spelled(address)
        self.limits = limits
        self.now = now
        self._engine: Engine | None = None
        self._migrated = False
        self._lock = threading.Lock()

    def put(self, document: bytes, sent: Sequence[File], maker: str) -> str:
        """Save, and return the token.

        Raises
        ------
        SharingError
            The result is too large, a quota is used up, or the database fails.
        """
        size = len(document) + sum(len(file.content) for file in sent)
        self._check_size(size)
        token = secrets.token_urlsafe(24)
        now = int(self.now())
        row = {
            "token_hash": hashed(token),
            "maker_hash": hashed(maker),
            "created": now,
            "expires": now + int(self.limits.share_days * DAY),
            "bytes": size,
            "document": document,
        }

        def work(connection: Connection) -> None:
            lock(connection)
            connection.execute(delete(snapshots).where(snapshots.c.expires < now))
            self._check_quotas(connection, size, row["maker_hash"])
            connection.execute(insert(snapshots).values(row))
            for i, file in enumerate(sent):
                values = {"position": i, "kind": file.kind, "name": file.name[:255]}
                connection.execute(
                    insert(files).values(token_hash=row["token_hash"], content=file.content, **values)
                )

        self._run(work)
        return token

    def get(self, token: str) -> Entry:
        """What was saved under `token`.

        Raises
        ------
        SharingError
            There is nothing (deleted, expired, mistyped), or the database fails.
        """
        kept = files.c
        wanted = select(snapshots).where(
            snapshots.c.token_hash == hashed(token), snapshots.c.expires >= int(self.now())
        )
        sent = select(kept.kind, kept.name, kept.content).where(kept.token_hash == hashed(token))

        def work(connection: Connection) -> Entry | None:
            row = connection.execute(wanted).first()
            if row is None:
                return None
            found = tuple(File(*each) for each in connection.execute(sent.order_by(kept.position)))
            return Entry(row.document, found, row.created, row.expires, row.maker_hash)

        entry = self._run(work)
        if entry is None:
            raise SharingError(
                "Nothing is saved under this link: it was deleted, its time is over "
                f"({self.limits.share_days:g} days), or the link is incomplete. Ask for a new one."
            )
        return entry

    def remove(self, token: str, maker: str) -> bool:
        """Delete what `maker` saved under `token`; False if there is no such thing of theirs."""
        mine = snapshots.c.token_hash == hashed(token), snapshots.c.maker_hash == hashed(maker)
        return self._run(lambda connection: connection.execute(delete(snapshots).where(*mine)).rowcount > 0)

    def close(self) -> None:
        """Give the database's connections back."""
        if self._engine is not None:
            self._engine.dispose()

    def _check_size(self, size: int) -> None:
        most = self.limits.share_megabytes
        if size > most * MEGABYTE:
            raise SharingError(
                f"This result takes {size / MEGABYTE:.1f} MB; one saved result may take {most:g} MB. "
                "Leave your file out, or use fewer rows."
            )

    def _check_quotas(self, connection: Connection, size: int, maker_hash: str) -> None:
        used = select(func.coalesce(func.sum(snapshots.c.bytes), 0))
        own = int(connection.execute(used.where(snapshots.c.maker_hash == maker_hash)).scalar_one())
        limits = self.limits
        if own + size > limits.share_visitor_megabytes * MEGABYTE:
            raise SharingError(
                f"Your saved results take {own / MEGABYTE:.1f} MB and this one {size / MEGABYTE:.1f} MB, "
                f"of {limits.share_visitor_megabytes:g} MB for each visitor. Delete an older one first."
            )
        most = limits.share_total_megabytes
        if int(connection.execute(used).scalar_one()) + size > most * MEGABYTE:
            raise SharingError(f"This server keeps {most:,g} MB of saved results, and is full. {LATER}")

    def _run(self, work: Callable[[Connection], Answer]) -> Answer:
        """`work` in a transaction of a database that is up to date; tried twice, since a database
        may have been restarted or replaced since the last time."""
        try:
            try:
                return self._once(work)
            except SQLAlchemyError:
                self._migrated = False
                return self._once(work)
        except (SQLAlchemyError, OSError, NewerSchemaError) as problem:
            reason = getattr(problem, "orig", None) or problem
            LOG.warning("sharing fails: %s: %s", type(reason).__name__, str(reason).partition("\n")[0][:200])
            raise SharingError(f"Sharing is not possible now: {_why(reason)}. {LATER}") from None

    def _once(self, work: Callable[[Connection], Answer]) -> Answer:
        with self._ready().begin() as connection:
            return work(connection)

    def _ready(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = _engine(self.url)
            if not self._migrated:
                _make_folder(self.url)
                with self._engine.begin() as connection:
                    migrate(connection)
                self._migrated = True
            return self._engine


def hashed(secret: str) -> str:
    """What is stored in place of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _spelled(address: str) -> URL:
    """The URL with the driver that is installed."""
    url = make_url(address)
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    return url


def _engine(url: URL) -> Engine:
    """Connections that give up after a few seconds, and never write values to the log."""
    if url.get_backend_name() == "sqlite":
        options: dict[str, Any] = {"timeout": PATIENCE_SECONDS, "isolation_level": "IMMEDIATE"}
        engine = create_engine(url, poolclass=NullPool, connect_args=options, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    return create_engine(
        url,
        pool_size=2,
        pool_timeout=PATIENCE_SECONDS,
        pool_pre_ping=True,
        connect_args={"connect_timeout": PATIENCE_SECONDS},
        hide_parameters=True,
    )


def _prepare_sqlite(connection: Any, _: Any) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _make_folder(url: URL) -> None:
    """The folder of a SQLite file, closed to other users of the machine."""
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _why(problem: BaseException) -> str:
    words = str(problem).lower()
    if isinstance(problem, NewerSchemaError):
        return "the database belongs to a later release of this app"
    if "full" in words or "no space" in words or getattr(problem, "sqlstate", "") == "53100":
        return "the database has no space left"
    if "readonly" in words or "read-only" in words or isinstance(problem, PermissionError):
        return "the database cannot be written"
    return "the database does not answer"
