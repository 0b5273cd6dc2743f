"""The files of a visit: read once, offered on every page of their kind, gone with the visit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from gmm_engine import data as readers
from gmm_engine.types import Dataset
from pages._ui.cache import freeze
from pages._ui.ledger import LEDGER
from pages._ui.settings import MEGABYTE, SETTINGS


@dataclass(frozen=True)
class Sent:
    """A visitor's file: its kind, its name, its bytes (None if there are too many to be saved).

    `role` is empty for the data of a page; else it is the key of the uploader of a second file.
    """

    kind: str
    name: str
    content: bytes | None
    role: str = ""

    def to_save(self) -> Sent:
        """The same, without its bytes if they are too many."""
        small = len(self.content or b"") <= SETTINGS.share_megabytes * MEGABYTE
        return self if small else replace(self, content=None)


@dataclass(frozen=True, eq=False)
class Upload:
    """A file and what was read from it; `size` is what both take in memory."""

    sent: Sent
    digest: str
    size: int
    dataset: Dataset

    @property
    def name(self) -> str:
        """The file's name, for display only."""
        return self.sent.name


class Visit:
    """A visit's files by kind and digest, the latest last; a holder of the ledger."""

    oldest = None  # files do not give way to others' results

    def __init__(self) -> None:
        self.kinds: dict[str, dict[str, Upload]] = {}
        LEDGER.join(self)

    @property
    def used(self) -> int:
        """Bytes of all files."""
        return sum(upload.size for kept in list(self.kinds.values()) for upload in list(kept.values()))

    def drop_oldest(self) -> None:
        """Nothing: see `oldest`."""

    def keep(self, upload: Upload, place: str) -> None:
        """Keep a file among those of `place`; the visit's oldest go where its budget is used up."""
        for kept in self.kinds.values():
            while kept and self.used + upload.size > SETTINGS.visitor_megabytes * MEGABYTE:
                kept.pop(next(iter(kept)))
        LEDGER.admit(upload.size)
        self.kinds.setdefault(place, {})[upload.digest] = upload


def visit() -> Visit:
    """The files of this visit."""
    return st.session_state.setdefault("_uploads", Visit())


def kept(kind: str) -> dict[str, Upload]:
    """This visit's files of one kind."""
    return visit().kinds.get(kind, {})


def read(name: str, content: bytes, kind: str, aside: bool = False) -> Upload:
    """Read a file and keep it as the latest of its kind, or `aside` from those that pages offer.

    Raises
    ------
    UploadError, DataError
        The file cannot be read or used, or there is no room for it.
    """
    digest = hashlib.sha256(content).hexdigest()
    place = f"{kind} aside" if aside else kind
    known = kept(place)
    if digest not in known:
        dataset = getattr(readers, f"read_{kind}")(content, name=name, limits=SETTINGS.reader_limits())
        sent = Sent(kind, name, content).to_save()
        # A film unpacks to far more than its file.
        size = len(sent.content or b"") + max(len(content), freeze(dataset))
        visit().keep(Upload(sent, digest, size, dataset), place)
        return kept(place)[digest]
    known[digest] = known.pop(digest)
    return known[digest]


def put_back(sent: Sent) -> None:
    """Keep the second file of a page as it came with a saved result."""
    content = sent.content or b""
    visit().kinds.pop(sent.role, None)
    visit().keep(Upload(sent, sent.role, len(content), Dataset(None, name=sent.name)), sent.role)


def came_back(role: str) -> Sent | None:
    """The second file that a saved result brought for this uploader."""
    found = next(iter(kept(role).values()), None)
    return found.sent if found else None


def forget(role: str) -> None:
    """Drop the second file that a saved result brought."""
    visit().kinds.pop(role, None)


def let_go(file_id: str) -> None:
    """Streamlit need not hold the bytes of a file that was read: this visit keeps what it needs."""
    context = get_script_run_ctx()
    if context is not None and runtime.exists():
        runtime.get_instance().uploaded_file_mgr.remove_file(context.session_id, file_id)
