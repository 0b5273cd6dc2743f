"""Where a page's data come from: *Examples · Generate · Upload*, the same picker everywhere.

    source = inputs.table(screen, default="Iris")
    source.dataset          the Dataset
    source.key              stands for the data in stored results' keys
    source.code             Python lines that give the same data, as `data`

What was uploaded on one page is offered on every page of that kind during the visit. A
file that cannot be read leaves the previous data on screen, with a sentence beside the
uploader. `Source.of_upload` is for pages with their own way in (camera, microphone).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from gmm_engine.data.examples import EXAMPLES
from gmm_engine.errors import DataError, UploadError
from gmm_engine.types import Dataset
from pages._ui import cache, controls, menu, uploads
from pages._ui.layout import Screen
from pages._ui.plain import literal
from pages._ui.uploads import Sent, Upload

PRIVACY = (
    "Your file stays in this visit: nobody else can see it, and it is gone when you leave, "
    "unless you save it to share."
)
WORDS = {
    "table": "CSV, TSV, Excel or Parquet",
    "image": "PNG, JPEG, WebP, HEIC, TIFF, GIF or BMP",
    "audio": "WAV, FLAC, OGG, MP3 or M4A",
    "video": "MP4, MOV, AVI, WebM, GIF or a zip of pictures",
}

SIGNATURES = {
    "image": (
        (0, b"\x89PNG"),
        (0, b"\xff\xd8\xff"),
        (8, b"WEBP"),
        (0, b"BM"),
        (0, b"II*\0"),
        (0, b"MM\0*"),
        (4, b"ftyphei"),
        (4, b"ftypmif1"),
        (4, b"ftypavif"),
    ),
    "audio": ((8, b"WAVE"), (0, b"fLaC"), (0, b"OggS"), (0, b"ID3"), (0, b"\xff\xfb"), (4, b"ftypM4A")),
    "video": ((4, b"ftyp"), (0, b"\x1aE\xdf\xa3"), (0, b"GIF8"), (8, b"AVI ")),
}


@dataclass(frozen=True, eq=False)
class Source:
    """Data of a page.

    Attributes
    ----------
    dataset : the data.
    key : stands for the data; equal keys mean equal data.
    public : an example that every visitor may share results of.
    code : Python lines that bind the same data to the name `data`.
    imports : the import lines `code` needs.
    files : the visitor's files it was made of.
    restorable : with the same controls and `files`, the page would show the same again.
    """

    dataset: Dataset
    key: Hashable
    public: bool
    code: str
    imports: tuple[str, ...] = ()
    files: tuple[Sent, ...] = ()
    restorable: bool = True


def table(
    screen: Screen,
    *,
    names: tuple[str, ...] = tuple(EXAMPLES),
    default: str | None = None,
    generate: Callable[[Screen], Source] | None = None,
) -> Source:
    """Let the visitor choose a table.

    Parameters
    ----------
    names : the examples to offer, from `gmm_engine.data.examples.EXAMPLES`.
    default : the example a new visitor sees.
    generate : draws the controls of *Generate* and returns what they make.
    """
    return pick(screen, "table", {name: (lambda n=name: example(n)) for name in names}, default, generate)


def pick(
    screen: Screen,
    kind: str,
    examples: Mapping[str, Callable[[], Source]],
    default: str | None = None,
    generate: Callable[[Screen], Source] | None = None,
    other: Mapping[str, Callable[[Screen], Source | None]] | None = None,
) -> Source:
    """The picker for any kind of data; `examples` are functions, called when chosen.

    `other` ways in, such as *Record*, draw their widget and return what it holds, if anything.
    """
    other = other or {}
    ways = [*(["Examples"] if examples else []), *(["Generate"] if generate else []), "Upload", *other]
    way = controls.choice(screen, "data", "Data", ways)
    if way in other:
        found = other[way](screen)
        if found is not None and found.files:
            screen.showing.instead[screen.key("data")] = "Upload"
        return found or examples[default or next(iter(examples))]()
    if way == "Generate" and generate is not None:
        return generate(screen)
    if way == "Upload":
        uploaded = _upload(screen, kind)
        if uploaded is not None or not examples:
            return uploaded or st.stop()
        return examples[default or next(iter(examples))]()
    name = controls.choice(screen, "example", "Example", list(examples), default)
    source = examples[name]()
    _say(source.dataset)
    return source


def example(name: str) -> Source:
    """A bundled table by name, loaded once for all visitors."""
    dataset = cache.remembered(True, ("example", name), EXAMPLES[name].load)
    imports = ("from gmm_engine.data.examples import EXAMPLES",)
    return Source(dataset, ("example", name), True, f"data = EXAMPLES[{name!r}].load()", imports)


def drop(content: bytes, name: str) -> str:
    """Keep a dropped file for the visit, whatever its kind; returns the name of the page for it.

    Raises
    ------
    UploadError, DataError
        The file is of no kind a page can open, or cannot be read.
    """
    kind = kind_of(content)
    row = menu.opener(kind)
    if row is None:
        known = ", ".join(WORDS[known] for known in WORDS if menu.opener(known))
        raise UploadError(f"No page opens files of the kind {kind}. Files that can be opened: {known}.")
    of_upload(name, content, kind)
    return row.name


def drop_zone(screen: Screen) -> None:
    """The home page's uploader: reads any file it is given and opens the page for it."""
    sent = st.file_uploader("Drop a file of any kind: it opens on the right page", key=screen.key("file"))
    st.caption(PRIVACY)
    if sent is None:
        return
    try:
        name = drop(sent.getvalue(), sent.name)
    except DataError as problem:
        screen.problem(problem, st)
        return
    st.switch_page(menu.page(menu.entry(name)), query_params={f"{name}_data": "Upload"})


def kind_of(content: bytes) -> str:
    """The kind of a file by its first bytes, never by its name; "table" when nothing else fits."""
    head = content[:16]
    for kind, starts in SIGNATURES.items():
        if any(head[at : at + len(sign)] == sign for at, sign in starts):
            return kind
    return "table"


def of_upload(name: str, content: bytes, kind: str, *, aside: bool = False) -> Source:
    """Read a file of the visitor's and remember it for the visit; raises `UploadError` or `DataError`.

    With `aside`, as for a second file of a page, it is not offered as the data of pages.
    """
    return _source(uploads.read(name, content, kind, aside), kind)


def second(
    screen: Screen, label: str, name: str, kind: str = "table", *, help: str | None = None
) -> Sent | None:
    """Another file of the page, from its uploader or with the saved result that is on screen.

    It is saved with the result if the visitor ticks it.
    """
    sent = st.file_uploader(label, key=screen.key(name), help=help)
    role = screen.key(name)
    if sent is not None:
        found = Sent(kind, sent.name, sent.getvalue(), role)
    elif (found := uploads.came_back(role)) is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"With the saved result: {literal(found.name)}", width="content")
            if st.button("Leave it out", key=f"{role}_out", type="tertiary"):
                uploads.forget(role)
                st.rerun()
    if found is not None:
        screen.showing.others[role] = found.to_save()
    return found


def _source(upload: Upload, kind: str) -> Source:
    imports = (f"from gmm_engine.data import read_{kind}",)
    code = f"data = read_{kind}({upload.name!r})  # the file, beside this script"
    return Source(upload.dataset, ("upload", upload.digest), False, code, imports, (upload.sent,))


def _upload(screen: Screen, kind: str) -> Source | None:
    """The uploader and the files of this visit; None while there is nothing to show."""
    sent = st.file_uploader(f"Your file ({WORDS[kind]})", key=screen.key("file"))
    st.caption(PRIVACY)
    problem = _take(sent, kind) if sent is not None else None
    if problem:
        screen.problem(problem, st)
    kept = uploads.kept(kind)
    if not kept:
        wanted = "Upload a file to see it here." if sent is None else "Choose another file."
        st.info(f"{wanted} Until then the page shows an example.")
        return None
    upload = _chosen(kept)
    if problem:
        st.info(f"The page goes on with {literal(upload.name)}.")
    _say(upload.dataset)
    return _source(upload, kind)


def _chosen(kept: dict[str, Upload]) -> Upload:
    """The latest file, or another one of this visit."""
    recent = list(kept.values())[::-1]
    if len(recent) == 1:
        return recent[0]
    return st.selectbox("Uploaded in this visit", recent, format_func=lambda upload: upload.name)


def _take(sent: Any, kind: str) -> str | None:
    """Read what the uploader holds, once; returns the sentence of what went wrong."""
    read: dict[str, str | None] = st.session_state.setdefault("_files_read", {})
    if sent.file_id not in read:
        try:
            of_upload(sent.name, sent.getvalue(), kind)
            read[sent.file_id] = None
            uploads.let_go(sent.file_id)
        except DataError as problem:
            read[sent.file_id] = str(problem)
    return read[sent.file_id]


def _say(dataset: Dataset) -> None:
    """What the reader did, in its own sentences, shown literally."""
    for note in dataset.notes:
        st.caption(literal(note))
