"""A page's result as one HTML file: figures, numbers, settings, and how to get them again.

The file holds the plotting library and fetches nothing: it opens without a network, and
forbids itself any.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from gmm_engine.figures import theme
from pages._ui import menu
from pages._ui.excerpt import Excerpt
from pages._ui.plain import read

STATIC = Path(__file__).with_name("static")
NUMBERS, LABELS = "numbers_on_screen", "labels_on_screen"
ALONE = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:"
)
FONTS = {
    "Inter": "inter-latin",
    "Source Serif": "source-serif-4-latin",
    "Source Code Pro": "source-code-pro-latin",
}
# Plotly's toolbar offers to upload a chart to its makers' server: not with a visitor's data.
CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["sendChartToCloud"]}
STYLE = """
body { color: #14181c; font: 16px/1.5 Inter, system-ui, sans-serif; margin: 2rem auto; max-width: 60rem;
  padding: 0 1rem; }
h1, h2 { font-family: "Source Serif", Georgia, serif; font-weight: 600; }
pre { font-family: "Source Code Pro", monospace; font-size: 0.9em; }
figure { margin: 1.5rem 0; }
figcaption { margin-top: 0.75rem; }
figcaption, .help { color: #4d565e; font-size: 0.9em; }
table { border-collapse: collapse; }
.wide { overflow-x: auto; }
th { color: #4d565e; font-size: 0.9em; font-weight: 600; text-align: left; }
td, th { border-bottom: 1px solid #daddd9; padding: 0.3rem 1.2rem 0.3rem 0; vertical-align: top; }
td + td { font-variant-numeric: tabular-nums; }
pre { background: #f4f5f3; overflow-x: auto; padding: 1rem; }
"""


@dataclass(frozen=True)
class Report:
    """What goes into the file.

    Attributes
    ----------
    page : the page's name.
    data : what the data are called.
    figures : name -> (figure, what it shows in words).
    numbers : label -> (value, what it means).
    tables : title -> its first rows.
    settings : values of the controls, by parameter of the link.
    labels : what the page calls them.
    script : Python that gives the same again, or "".
    """

    page: str
    data: str = ""
    figures: Mapping[str, tuple[go.Figure, str]] = field(default_factory=dict)
    numbers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    tables: Mapping[str, Excerpt] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    script: str = ""

    def html(self) -> str:
        """The file's text."""
        row = menu.entry(self.page)
        parts = [
            f"<h1>{escape(row.title)}</h1><p>{escape(row.question)}</p>",
            f"<p>Data: {escape(self.data)}</p>" if self.data else "",
            _section("Numbers", _table(_number(*each) for each in self.numbers.items())),
            _section("Figures", "".join(map(_figure, range(len(self.figures)), self.figures.values()))),
            *(_section(escape(title), _excerpt(part)) for title, part in self.tables.items()),
            _section("Settings", _table(self._settings())),
            _section("The same in Python", f"<pre>{escape(self.script)}</pre>" if self.script else ""),
            "<p class='help'>Made with GMM Studio.</p>",
        ]
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{ALONE}">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(row.title)}</title><style>{_fonts()}{STYLE}</style></head>"
            f"<body>{''.join(parts)}</body></html>"
        )

    def _settings(self) -> Iterable[tuple[str, str]]:
        for name, value in self.settings.items():
            words = self.labels.get(name, name.removeprefix(f"{self.page}_").replace("_", " "))
            many = value if isinstance(value, list | tuple) else (value,)
            yield escape(read(words)), escape(", ".join(map(_spelled, many)))


def forget_numbers() -> None:
    """A page begins: the numbers and controls of the one before are no longer on screen."""
    st.session_state[NUMBERS] = {}
    st.session_state[LABELS] = {}


def numbers() -> dict[str, tuple[str, str]]:
    """The numbers on screen, label -> (value, help); fragments change them in place."""
    return st.session_state.setdefault(NUMBERS, {})


def labels() -> dict[str, str]:
    """What the controls on screen are called, by parameter of the link."""
    return st.session_state.setdefault(LABELS, {})


@cache
def _fonts() -> str:
    """The app's typefaces, within the file."""
    faces = []
    for family, file in FONTS.items():
        content = b64encode((STATIC / f"{file}.woff2").read_bytes()).decode("ascii")
        faces.append(
            f'@font-face {{ font-family: "{family}"; font-weight: 100 900; '
            f'src: url("data:font/woff2;base64,{content}") format("woff2"); }}'
        )
    return "\n".join(faces)


def _spelled(value: Any) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def _section(title: str, content: str) -> str:
    return f"<h2>{title}</h2>{content}" if content else ""


def _table(rows: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows)
    return f"<table>{lines}</table>" if lines else ""


def _excerpt(part: Excerpt) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in part.columns)
    lines = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in part.rows]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    note = f"<p class='help'>{escape(part.note)}</p>" if part.note else ""
    return f"<div class='wide'><table><tr>{head}</tr>{body}</table></div>{note}"


def _number(label: str, row: tuple[str, str]) -> tuple[str, str]:
    value, text = row
    return escape(label), f"{escape(value)} <span class='help'>{escape(text)}</span>"


def _figure(position: int, row: tuple[go.Figure, str]) -> str:
    fig, words = row
    drawing = theme.concrete(fig).to_html(include_plotlyjs=position == 0, full_html=False, config=CONFIG)
    return f"<figure>{drawing}<figcaption>{escape(words)}</figcaption></figure>"
