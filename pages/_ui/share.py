"""Links that restore a page: every value of every control, and the version of their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

VERSION = 1
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


def copy_link(page: str, values: Mapping[str, Any]) -> None:
    """The *Copy link* button of a page whose controls have these `values`."""
    _component()(key=f"{page}_copy_link", data={"query": query(values)}, width="content")


def _parts(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def _spelled(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
