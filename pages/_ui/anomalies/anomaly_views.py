"""What the anomalies page shows: strange rows with reasons, the truth beside them, another table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from gmm_engine import DataError
from gmm_engine.anomaly.detector import Explanation
from gmm_engine.anomaly.judge import confusion, judge
from gmm_engine.figures import anomaly, scatter
from gmm_engine.figures import words as spelled
from gmm_engine.types import Array
from pages._ui import charts, controls, exports, fits, inputs
from pages._ui.anomalies import anomaly_fits
from pages._ui.anomalies.anomaly_fits import MOST_EXPLAINED, Found
from pages._ui.anomalies.anomaly_lines import Line
from pages._ui.inputs import PRIVACY
from pages._ui.jobs import Shown
from pages._ui.layout import Screen

MOST_STRANGE = 0.5  # of the rows, for a label to tell anomalies from ordinary rows
WIDE = 30  # columns from which fewer rows are explained
NAMED = 3  # columns named as reasons


def everything(screen: Screen, shown: Shown[Found], line: Line) -> dict[str, go.Figure]:
    """Picture, reasons and truth on screen; the figures to take away besides."""
    picture(screen, shown, line)
    ranked(screen, shown, line)
    truth(screen, shown, line)
    return {"surprise": shown.derive(("bars", line.nats), lambda: _bars(shown.value, line))}


def only_flagged(shown: Shown[Found], line: Line) -> pd.DataFrame:
    """The flagged rows of the table, strangest first."""
    out = shown.value.flagged(shown.source.dataset.values, line.nats)
    return out[out["flagged"].fillna(False)].sort_values("surprise (nats)", ascending=False)


def picture(screen: Screen, shown: Shown[Found], line: Line) -> None:
    """The rows in the two columns that make most rows strange; flagged rows stand out."""
    found = shown.value
    if len(found.names) == 1:
        return
    _, why = explained(shown)
    first, second = np.argsort(-why.surprise.clip(min=0).mean(axis=0), kind="stable")[:2]
    across, up = controls.view(screen, found.names, (int(min(first, second)), int(max(first, second))))

    def make() -> go.Figure:
        labels = np.where(found.surprise > line.nats, 1, 0)
        axes = (found.names[across], found.names[up])
        X = found.X[:, [across, up]]
        scales = [anomaly.scale_of(x) for x in X.T]
        return scatter.points(X, axes, labels=labels, names=("ordinary", "flagged"), scales=scales)

    fig = shown.derive(("rows", across, up, line.nats), make)
    charts.show(screen, "rows", fig, _flagged_told(found, line, (across, up)))


def _flagged_told(found: Found, line: Line, columns: tuple[int, int]) -> str:
    """How many rows are flagged, and where they lie beside ordinary ones."""
    flagged = found.surprise > line.nats
    marked = int(flagged.sum())
    count = f"{marked:,} of {len(found.X):,} rows {'is' if marked == 1 else 'are'} flagged"
    if flagged.all() or not flagged.any():
        return f"{count}."
    parts = [
        f"{found.names[f]} {spelled.amount(np.median(found.X[flagged, f]))}, "
        f"ordinarily {spelled.amount(np.median(found.X[~flagged, f]))}"
        for f in dict.fromkeys(columns)
    ]
    return f"{count}; their median {'; median '.join(parts)}."


def _bars(found: Found, line: Line) -> go.Figure:
    return anomaly.histogram(found.surprise, found.model.typical_score_, line.nats)


def explained(shown: Shown[Found]) -> tuple[Array, Explanation]:
    """Positions of the strangest rows among those judged, strangest first, and their reasons."""

    def make() -> tuple[Array, Explanation]:
        found = shown.value
        most = MOST_EXPLAINED if len(found.names) <= WIDE else MOST_EXPLAINED // 4
        top = np.argsort(-found.surprise, kind="stable")[:most]
        return top, found.model.explain(found.X[top])

    return shown.derive("explained", make)


def ranked(screen: Screen, shown: Shown[Found], line: Line) -> None:
    """The flagged rows, strangest first, each with its reasons; one of them in full."""
    found = shown.value
    top, why = explained(shown)
    count = int((found.surprise[top] > line.nats).sum())
    st.header("Strangest rows, and why", anchor=False)
    if count == 0:
        st.info("No row lies above the line. The strangest one is shown.")
        count = 1
    table = shown.derive("reasons", lambda: _table(shown, top, why)).iloc[:count]
    formats = {"surprise (nats)": st.column_config.NumberColumn(format="%.2f")}
    st.dataframe(table, hide_index=True, column_config=formats, height=min(36 * (count + 1) + 2, 320))
    if count == len(top) < len(found.X):
        st.caption(f"The {count} strangest rows; *Take away* has all of them.")
    picked = 0
    if count > 1:
        label = "Row to explain, by rank"
        picked = int(controls.number(screen, "rank", label, 1, MOST_EXPLAINED, 1, step=1)) - 1
    picked = min(picked, count - 1)
    place = top[picked]
    fig = shown.derive(
        ("why", picked),
        lambda: anomaly.reasons(found.names, why.surprise[picked], found.X[place], why.ordinary[picked]),
    )
    number = int(np.flatnonzero(found.used)[place]) + 1
    st.caption(
        f"Row {number:,} is {found.surprise[place]:.2f} nats surprising, {why.excess[picked]:.2f} more than "
        "a typical row. The bars sum to that excess."
    )
    told = words(found.names, why.surprise[picked], found.X[place], why.ordinary[picked])
    charts.show(screen, "reasons", fig, f"Why row {number:,} is strange, in nats: {told}.")


def _table(shown: Shown[Found], top: Array, why: Explanation) -> pd.DataFrame:
    """Row number, surprise and reasons, then the row itself."""
    found = shown.value
    places = np.flatnonzero(found.used)[top]
    table = shown.source.dataset.values.iloc[places].reset_index(drop=True)
    front = {
        "row": places + 1,
        "surprise (nats)": found.surprise[top],
        "why": [
            words(found.names, why.surprise[i], found.X[row], why.ordinary[i]) for i, row in enumerate(top)
        ],
    }
    return pd.concat([pd.DataFrame(front), table], axis=1)


def words(names: tuple[str, ...], surprise: Array, row: Array, ordinary: Array) -> str:
    """The columns that make a row strange, strangest first, with what would have been ordinary."""
    parts = []
    for f in np.argsort(-surprise)[:NAMED]:
        if surprise[f] > 0 and ordinary[f] != row[f]:
            parts.append(
                f"{names[f]} is {anomaly.value(row[f])}, ordinary would be {anomaly.value(ordinary[f])} "
                f"(+{surprise[f]:.1f})"
            )
    return "; ".join(parts) or f"nothing alone; mostly {names[int(surprise.argmax())]}"


def truth(screen: Screen, shown: Shown[Found], line: Line) -> None:
    """ROC, precision and recall, and the confusion at the line, where anomalies are known."""
    found = shown.value
    if found.strange is None or not found.strange.any():
        return
    if found.strange.mean() > MOST_STRANGE:
        st.caption(
            f"{found.strange.mean():.0%} of the rows are not {inputs.literal(str(shown.spec.ordinary))}: too "
            "many to be anomalies, so the label is not compared with."
        )
        return
    st.header("Beside the known anomalies", anchor=False)
    judged = shown.derive("judged", lambda: judge(found.surprise, found.strange))
    hit, missed, wrong, right = confusion(found.surprise > line.nats, found.strange)
    recall, precision = hit / (hit + missed), hit / max(hit + wrong, 1)
    fits.metrics(
        (
            ("AUROC", f"{judged.auroc:.3f}", "How often an anomaly is more surprising than an ordinary row."),
            ("Average precision", f"{judged.average_precision:.3f}", "Area under precision and recall."),
            ("Anomalies found", f"{recall:.1%}", f"{hit:,} of {hit + missed:,} above the line."),
            ("Of the flagged, anomalies", f"{precision:.1%}", f"{hit:,} of {hit + wrong:,} flagged rows."),
        )
    )
    alarms = wrong / (wrong + right)
    roc = shown.derive(("roc", line.nats), lambda: anomaly.roc(judged.roc, (alarms, recall)))
    exact = shown.derive(
        ("precision", line.nats),
        lambda: anomaly.precision_recall(judged.precision_recall, (recall, precision)),
    )
    first, second = st.columns(2)
    with first:
        told = f"ROC curve with area {judged.auroc:.3f}: at the line {recall:.0%} of the anomalies and "
        charts.show(screen, "roc", roc, f"{told}{alarms:.1%} of the ordinary rows are flagged.")
    with second:
        told = f"Precision against recall, area {judged.average_precision:.3f}: at the line "
        charts.show(screen, "precision", exact, f"{told}{precision:.0%} of the flagged rows are anomalies.")
    table = pd.DataFrame(
        {"flagged": [hit, wrong], "not flagged": [missed, right]}, index=["anomalies", "ordinary rows"]
    )
    st.dataframe(table, column_config={"_index": "rows"})


def second(screen: Screen, shown: Shown[Found], line: Line) -> None:
    """Another table judged by the same detector and the same line."""
    with st.expander("Judge another table", icon=":material/rule:"):
        st.markdown("Rows of another file are judged by the detector on screen, which has never seen them.")
        sent = inputs.second(screen, "The other table", "second")
        st.caption(PRIVACY)
        if sent is None:
            return
        try:
            frame = inputs.of_upload(sent.name, sent.content, "table", aside=True).dataset.values
            judged = _judged(shown.value, frame)
        except DataError as problem:
            screen.problem(problem, st)
            return
        out = judged.flagged(frame, line.nats)
        fits.metrics(
            (("Rows flagged", f"{int((judged.surprise > line.nats).sum()):,}", f"Of {len(frame):,}."),)
        )
        st.dataframe(out.sort_values("surprise (nats)", ascending=False).head(200))
        st.download_button(
            "Judged rows (CSV)", lambda: exports.csv(out), file_name="judged.csv", mime="text/csv",
            key=screen.key("take_judged"), on_click="ignore", icon=":material/download:",
        )  # fmt: skip


def _judged(found: Found, frame: pd.DataFrame) -> Found:
    X = anomaly_fits.matching(frame, found.names)
    used = np.isfinite(frame[list(found.names)].to_numpy(dtype=np.float64, na_value=np.nan)).all(axis=1)
    surprise = -found.model.score_samples(X)
    return Found(found.model, found.names, X, used, surprise, None, found.learned)


def recipe(shown: Shown[Found], line: Line) -> exports.Recipe:
    """Python that repeats the fit, the line and the reasons."""
    spec: anomaly_fits.DetectorSpec = shown.spec
    lines = [
        f"names = {list(spec.names)!r}",
        "cells = data.matrix(names)\nX = cells[np.isfinite(cells).all(axis=1)]",
    ]
    learned = "X"
    if spec.learn == anomaly_fits.SOURCES[1]:
        known = f"data.values[{spec.label!r}].astype(str) == {spec.ordinary!r}"
        lines.append(f"ordinary = ({known}).to_numpy()[np.isfinite(cells).all(axis=1)]")
        learned = "X[ordinary]"
    elif spec.reference is not None:
        lines.append(spec.reference[1].replace("data =", "reference =", 1))
        lines.append("cells = reference.matrix(names)\ncells = cells[np.isfinite(cells).all(axis=1)]")
        learned = "cells"
    lines += [
        f"model = MixtureOutlierDetector({spec.settings}).fit({learned})",
        "surprise = -model.score_samples(X)",
        line.code,
        "print((surprise > line).sum(), 'rows above', round(line, 4), 'nats')",
        "strangest = np.argsort(-surprise)[:5]",
        "why = model.explain(X[strangest])",
        "print(X[strangest], why.surprise.round(2), why.ordinary.round(4), sep='\\n')",
    ]
    needs = ["import numpy as np", "from gmm_engine import MixtureOutlierDetector"]
    if spec.reference is not None:
        needs.append("from gmm_engine.data import read_table")
    return exports.Recipe("\n".join(lines), tuple(needs))
