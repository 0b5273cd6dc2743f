"""Figures on a page, each drawn into the one before it.

    charts.show(screen, "clusters", fig, alt)
    charts.show(screen, "grid", fig, alt, on_pick=clicked, pick="points")
    charts.points(screen, "grid")      # what was just clicked, in the callback

Streamlit's own chart element is taken down and put up again whenever its figure changes,
which takes most of the time between a moved slider and its answer. This one stays and is
updated. Its scripts come from `scripts.routes`; where the page is not served by `app.py`, which
has them, Streamlit's element is shown.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from gmm_engine.figures.spelling import spelled
from pages._ui.charts import scripts
from pages._ui.layout import Screen, Showing

Pick = Literal["", "points", "box"]
HEIGHT = 450
# Python's threads take turns, and the one that sends needs a turn for every message: while a
# script goes on it falls behind by all that stands above the figure. A pause lets it catch up,
# so that the browser draws the first changed figure while the script makes the rest.
SENT_SECONDS = 0.008
MARKUP = '<div class="studio-chart"><div></div></div>'
LOOK = """.studio-chart {
  background: var(--st-background-color);
  contain: content; /* what moves elsewhere on the page leaves the figure as it is painted */
  height: 100%;
  width: 100%;
  will-change: transform;
}"""


@cache
def _component() -> Any:
    return st.components.v2.component(
        "gmm_studio.chart", html=MARKUP, css=LOOK, js=scripts.LOADER, isolate_styles=False
    )


def show(
    screen: Screen,
    name: str,
    fig: go.Figure,
    alt: str,
    *,
    on_pick: Callable[[], None] | None = None,
    pick: Pick = "",
) -> None:
    """Show a figure; its toolbar saves it as SVG.

    Parameters
    ----------
    alt : says the result, not "chart".
    on_pick : called when points were clicked or an area was marked, by `pick`.
    """
    screen.showing.charts[name] = (fig, alt)
    key, file = _key(screen, name), f"{screen.name}_{name}"
    if scripts.served():
        _draw(key, fig, {"alt": alt, "file": file, "pick": pick}, on_pick, screen.showing)
    else:
        _plainly(key, fig, alt, file, on_pick, pick)


def passing(screen: Screen, name: str, fig: go.Figure, alt: str) -> None:
    """Show a figure for as long as something runs; every `name` only once."""
    if scripts.served():
        _draw(_key(screen, name), fig, {"alt": alt, "file": name, "pick": ""}, None, screen.showing)
    else:
        st.plotly_chart(fig, key=_key(screen, name), alt=alt)


def _draw(
    key: str, fig: go.Figure, about: dict[str, str], on_pick: Callable[[], None] | None, showing: Showing
) -> None:
    data = _spelled({"chart": key} | about, fig)
    heard = {} if on_pick is None else {"on_selection_change": on_pick}
    _component()(key=key, data=data, height=int(fig.layout.height or HEIGHT), **heard)
    drawn = st.session_state.setdefault("_drawn", {})
    if not showing.sent and drawn.get(key) != hash(data):
        time.sleep(SENT_SECONDS)
        showing.sent = True
    drawn[key] = hash(data)


def _spelled(about: dict[str, str], fig: go.Figure) -> bytes:
    """With its own length in front, so that `arrivals.js` finds it among the bytes of a message."""
    rest = b'%s,"figure":%s}' % (json.dumps(about, separators=(",", ":"))[1:-1].encode(), spelled(fig))
    head = '{"studio":"%07d",'
    return (head % (len(head % 0) + len(rest))).encode() + rest


def points(screen: Screen, name: str) -> list[dict[str, Any]]:
    """The points of that chart that were just clicked: x, y, customdata, ... each."""
    return _picked(screen, name, "points")


def box(screen: Screen, name: str) -> dict[str, list[Any]] | None:
    """The area of that chart that was just marked: both ends along `x` and `y`."""
    found = _picked(screen, name, "box")
    return found[0] if found else None


def _picked(screen: Screen, name: str, kind: str) -> list[Any]:
    state = st.session_state.get(_key(screen, name)) or {}
    return list((state.get("selection") or {}).get(kind) or [])


def _key(screen: Screen, name: str) -> str:
    return screen.key(f"chart_{name}")


def _plainly(
    key: str, fig: go.Figure, alt: str, file: str, on_pick: Callable[[], None] | None, pick: Pick
) -> None:
    image = {"format": "svg", "filename": file}
    config = {
        "displaylogo": False,
        "toImageButtonOptions": image,
        "modeBarButtonsToRemove": ["sendChartToCloud"],
    }
    heard = {} if on_pick is None else {"on_select": on_pick, "selection_mode": pick}
    st.plotly_chart(fig, key=key, alt=alt, config=config, **heard)
