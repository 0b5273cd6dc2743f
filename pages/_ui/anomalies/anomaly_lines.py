"""Where strange begins on the anomalies page: four ways to draw the line, one of them by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages._ui import controls, fits
from pages._ui.anomalies import threshold_line
from pages._ui.anomalies.anomaly_fits import Found
from pages._ui.jobs import Shown
from pages._ui.layout import Screen

WAYS = ("Automatic", "Percentile", "False alarms", "By hand")
WAYS_HELP = (
    "**Automatic**: where rows stand out from the tail of the others · **Percentile**: the strangest share "
    "of the rows, such as 1 in 100 · **False alarms**: as many per 1,000 ordinary rows as you accept · "
    "**By hand**: drag the line on the chart."
)
FURTHEST = 1e6


@dataclass(frozen=True)
class Line:
    """The line in nats, how it was drawn, and the same as Python."""

    nats: float
    way: str
    code: str


def ask(screen: Screen, shown: Shown[Found]) -> Line:
    """The controls of the line, to be moved without another fit."""
    model = shown.value.model
    way = controls.choice(screen, "line", "Line", WAYS, help=WAYS_HELP)
    if way == "Percentile":
        percent = controls.slider(screen, "percent", "Strangest rows (%)", 0.1, 20.0, 1.0, step=0.1)
        # The share is one of the judged rows, also where the model was learned from others.
        nats = float(np.quantile(shown.value.surprise, 1 - percent / 100))
        return Line(nats, way, f"line = np.quantile(surprise, {1 - percent / 100:.6g})")
    if way == "False alarms":
        text = "An ordinary row held out is flagged this often."
        rate = controls.number(
            screen, "alarms", "False alarms per 1,000", 0.1, 500.0, 10.0, step=1.0, help=text
        )
        return Line(
            model.line("false_alarms", rate / 1000),
            way,
            f"line = model.line('false_alarms', {rate / 1000:.6g})",
        )
    if way == "By hand":
        _begin(screen, shown)
        text = "Surprise above which a row is flagged; the line on the chart writes it too."
        nats = controls.number(
            screen, "nats", "Line (nats)", -FURTHEST, FURTHEST, 0.0, step=0.5, format="%.3f", help=text
        )
        return Line(float(nats), way, f"line = {nats!r}")
    return Line(model.line(), way, "line = model.line()")


def _begin(screen: Screen, shown: Shown[Found]) -> None:
    """Another fit has another line to begin with, unless the link brought one."""
    last = st.session_state.get("_line_of")
    st.session_state["_line_of"] = shown.key
    fresh = last is None and screen.key("nats") not in st.query_params
    if fresh or (last is not None and last != shown.key):
        st.session_state[screen.key("nats")] = round(shown.value.model.line(), 3)


def drag(screen: Screen, shown: Shown[Found], line: Line) -> None:
    """The histogram whose line can be dragged; letting go means *By hand*."""

    def take() -> None:
        nats = threshold_line.dragged(screen)
        if nats is not None:
            st.session_state[screen.key("line")] = "By hand"
            st.session_state[screen.key("nats")] = round(nats, 3)
            st.session_state["_line_of"] = shown.key

    found = shown.value
    threshold_line.show(screen, found.surprise, found.model.typical_score_, line.nats, take)


def told(shown: Shown[Found], line: Line) -> None:
    """How many rows are flagged, and how many of them would be by chance."""
    found = shown.value
    flagged = int((found.surprise > line.nats).sum())
    alarms = 1000 * found.model.false_alarm_rate(line.nats)
    few = "< 0.1" if alarms < 0.1 else f"{alarms:.1f}"
    fits.metrics(
        (
            ("Rows flagged", f"{flagged:,}", f"Of {len(found.X):,} judged."),
            ("Line", f"{line.nats:.2f} nats", "Rows with a larger surprise are flagged."),
            ("Typical row", f"{found.model.typical_score_:.2f} nats", "Mean surprise of typical rows."),
            ("False alarms per 1,000", few, "Ordinary rows expected above the line, by rows held out."),
        )
    )
    left_out = len(found.used) - len(found.X)
    if left_out:
        st.caption(
            f"{left_out:,} of {len(found.used):,} rows lack a value in a chosen column and are left out."
        )
    if found.learned != len(found.X):
        st.caption(f"Learned from {found.learned:,} rows.")
