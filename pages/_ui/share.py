"""Links that restore a page: every value of every control, and the version of their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

VERSION = 1
WITHOUT_FILE = "Link copied, without your file: use Save and share to send it"
SAVED = "share"  # the parameter that carries the token of a saved result
FOLDER = Path(__file__).parent / "copy_link"


@cache
def _component() -> Any:
    """The button that writes to the clipboard, registered once."""
    text = {
        kind: (FOLDER / f"copy_link.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")
    }
    return st.components.v2.component("gmm_studio.copy_link", **text)


def query(values: Mapping[str, Any]) -> str:
    """Values as a query string, in Streamlit's spelling, with ``v``, the version.

    Values that are defaults are in it too, so that a link keeps its meaning when a later
    release chooses another default.
    """
    pairs = [(name, _spelled(part)) for name, value in values.items() for part in _parts(value)]
    return urlencode([*pairs, ("v", str(VERSION))])


def copy_link(page: str, values: Mapping[str, Any], *, own: bool = False) -> None:
    """The *Copy link* button of a page whose controls have these `values`.

    Where the visitor's `own` file is on screen, the button's answer says that the link lacks it.
    """
    data = {"query": query(values)} | ({"copied": WITHOUT_FILE} if own else {})
    _component()(key=f"{page}_copy_link", data=data, width="content")


def copy_saved(page: str, token: str) -> None:
    """A button that copies the link to what is saved under `token`."""
    data = {"query": urlencode({SAVED: token}), "page": page, "label": "Copy the saved link"}
    _component()(key=f"{page}_copy_{token[:8]}", data=data, width="content")


def spelled(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Values as the address spells them, every one a list."""
    return {name: [_spelled(part) for part in _parts(value)] for name, value in values.items()}


def _parts(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def _spelled(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
