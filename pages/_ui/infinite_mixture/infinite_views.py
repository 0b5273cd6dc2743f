"""What the page of the Dirichlet process shows: player, counts, sticks, and BIC beside them."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from gmm_engine import telling_columns
from gmm_engine.errors import GMMError
from gmm_engine.figures import model as models
from gmm_engine.figures import posterior, rows
from pages._ui import charts, controls, fits, jobs
from pages._ui.fits import Fit
from pages._ui.infinite_mixture import infinite, weights_player
from pages._ui.infinite_mixture.infinite import Inferred
from pages._ui.infinite_mixture.infinite_cases import case_of
from pages._ui.layout import Screen
from pages._ui.playback import stage

Shown = jobs.Shown[Inferred]


def rival(screen: Screen, shown: Shown) -> Fit | None:
    """BIC's choice on the same rows; None, with the reason, where it has none."""
    try:
        found = infinite.choose_by_bic(screen, shown.source, shown.spec)
    except GMMError as problem:
        st.info(f"BIC has no choice to compare with: {problem}", icon=":material/info:")
        return None
    return None if found.older else found.value


def told(found: Inferred) -> None:
    """What a reader has to know: rows left out, a fit that did not converge."""
    left_out, every = len(found.fit.used) - len(found.fit.X), len(found.fit.used)
    if left_out:
        st.caption(f"{left_out:,} of {every:,} rows lack a value in a chosen column and are left out.")
    if not found.fit.model.converged_:
        st.warning(found.ended, icon=":material/warning:")


def verdict(shown: Shown, other: Fit | None) -> None:
    """What both found, and on the page's own examples why."""
    found = shown.value
    chance = f"{found.chances.max():.0%}"
    numbers = [
        ("Used components", f"{found.used}", f"Hold a row or more, in {chance} of the draws."),
        ("Above 1% of the weight", f"{len(found.kept)}", "Components that matter."),
    ]
    if other is not None:
        family, most = shown.spec.covariance_type, shown.spec.most
        text = f"BIC's choice among 1 to {most} components of the shape *{family}*; others are not tried."
        numbers.append((f"BIC, {family}", f"{other.k}", text))
    known = _known(shown)
    if known:
        numbers.append(("Known groups", f"{known}", "What the rows are known to come from."))
    fits.metrics(numbers)
    case = case_of(shown.source)
    if case and other and (case.bic, case.used) == (other.k, found.used):
        st.caption(case.words)


def _known(shown: Shown) -> int:
    """Number of groups that made the rows; 0 if nobody knows."""
    labels = shown.source.dataset.about.get("truth", {}).get("labels")
    return 0 if labels is None else len(set(np.asarray(labels).tolist()) - {-1})


def view_of(screen: Screen, shown: Shown) -> tuple[int, int]:
    """The two columns to look at."""
    fit, kept = shown.value.fit, shown.value.kept
    if len(fit.names) < 2 or len(kept) < 2:
        best = (0, min(1, len(fit.names) - 1))
    else:
        best = telling_columns(*models.reordered(fit.parts, kept))
    return controls.view(screen, fit.names, best)


def play(screen: Screen, shown: Shown, view: tuple[int, int]) -> None:
    """The player of the emptying weights."""
    found = shown.value
    fit, places = found.fit, sorted(set(view))
    names = [fit.names[f] for f in places]
    pick = np.ix_(range(len(found.bounds)), range(fit.k), places, places)

    def payload() -> dict[str, object]:
        walk = found.walk
        seen = models.Parts(walk.weights, walk.means[..., places], walk.covariances[pick])
        return weights_player.payload(
            f"{shown.key} {view}", fit.X[:, places], names, seen, found.bounds, found.ended
        )

    weights_player.show(screen, shown.derive(("player", view), payload))
    if len(fit.X) > stage.MOST_ROWS:
        st.caption(f"Showing {stage.MOST_ROWS:,} of {len(fit.X):,} rows; the fit uses all of them.")


def counts(screen: Screen, shown: Shown, other: Fit | None, view: tuple[int, int]) -> dict[str, go.Figure]:
    """The number of used components, beside BIC's model."""
    found, choice = shown.value, None if other is None else other.k
    drawn = {"used": shown.derive(("used", choice), lambda: posterior.used(found.chances, choice, 340))}
    left, right = st.columns(2, gap="medium")
    with left:
        st.header("How many are used", anchor=False)
        charts.show(screen, "used", drawn["used"], posterior.used_alt(found.chances, choice))
    if other is not None:
        with right:
            st.header("What BIC chooses", anchor=False)
            drawn["bic"] = shown.derive(("bic", view), lambda: _picture(other, view))
            charts.show(screen, "bic", drawn["bic"], rows.alt(len(other.X), other.names, other.parts, view))
    return drawn


def _picture(fit: Fit, view: tuple[int, int]) -> go.Figure:
    return rows.picture(fit.X, fit.names, fit.parts, columns=view, responsibilities=fit.proba, height=340)


def sticks(screen: Screen, shown: Shown) -> dict[str, go.Figure]:
    """How the stick was broken."""
    fractions = shown.value.fractions
    fig = shown.derive("sticks", lambda: posterior.sticks(fractions))
    st.header("How the stick is broken", anchor=False)
    charts.show(screen, "sticks", fig, posterior.sticks_alt(fractions))
    st.caption(
        "Every component breaks a piece off what the ones before it have left (grey); lines enclose "
        "90% of the posterior. Components stand in the order in which the fit broke them."
    )
    return {"sticks": fig}
