"""Tables of saved results, and how an older database becomes the present one.

`MIGRATIONS` is a list that only grows: step i turns version i into version i + 1. A server
that finds an older version applies what is missing, in one transaction, while others wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    select,
    text,
    update,
)
from sqlalchemy.schema import CreateTable

Migration = Callable[[Connection], None]
LOCK = 20_061_977  # any number that only this program uses as an advisory lock
METADATA = MetaData()

snapshots = Table(
    "snapshots",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("maker_hash", String(64), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("snapshots_by_maker", "maker_hash"),
)
files = Table(
    "snapshot_files",
    METADATA,
    Column("token_hash", ForeignKey("snapshots.token_hash", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", String(255), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
versions = Table(
    "schema_version",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
)


def _tables(connection: Connection) -> None:
    METADATA.create_all(connection, [snapshots, files])


def _index_of_ends(connection: Connection) -> None:
    """What has expired is looked for at every save."""
    connection.execute(text("CREATE INDEX snapshots_by_end ON snapshots (expires)"))


MIGRATIONS: tuple[Migration, ...] = (_tables, _index_of_ends)


class NewerSchemaError(Exception):
    """The database was written by a later release."""


def migrate(connection: Connection, steps: Sequence[Migration] = MIGRATIONS) -> int:
    """Bring the database of `connection` to the version ``len(steps)``; returns what it was before.

    Raises
    ------
    NewerSchemaError
        It has more versions than this release knows.
    """
    lock(connection)
    connection.execute(CreateTable(versions, if_not_exists=True))
    # SQLite takes its lock when it first writes: until then another server may have done the same.
    connection.execute(text("INSERT INTO schema_version (id, version) VALUES (1, 0) ON CONFLICT DO NOTHING"))
    found = int(connection.execute(select(versions.c.version)).scalar_one())
    if found > len(steps):
        raise NewerSchemaError(f"version {found} of the database is newer than {len(steps)}")
    for step in steps[found:]:
        step(connection)
    connection.execute(update(versions).values(version=len(steps)))
    return found


def lock(connection: Connection) -> None:
    """One writer at a time on PostgreSQL until the transaction ends; SQLite has that anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 8000"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
