"""What the background page shows: the player, the scores, the chart and the downloads."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from PIL import Image

from gmm_engine.background import score
from gmm_engine.data.films import write_video
from gmm_engine.figures import video
from gmm_engine.types import Array, Dataset
from pages._ui import charts, exports, fits
from pages._ui.background import film, frame_player
from pages._ui.background.film import EVERY, FOREGROUND, SHADOW, Found
from pages._ui.background.frame_player import Panel
from pages._ui.exports import File
from pages._ui.jobs import Shown
from pages._ui.layout import Screen

MASK = (("", (18, 20, 24)), ("shadow", (122, 128, 140)), ("foreground", (255, 255, 255)))
JUDGED = (*MASK[:2], ("found", (255, 255, 255)), ("false alarm", (217, 106, 11)), ("missed", (49, 140, 220)))
COUNTS = (
    ("", (18, 20, 24)), ("1 mode", (24, 62, 98)), ("2", (42, 103, 151)), ("3", (95, 151, 192)),
    ("4", (163, 196, 220)), ("5", (241, 245, 248)),
)  # fmt: skip


def play(screen: Screen, shown: Shown[Found]) -> None:
    """The film, its masks, the background and the modes, in one player."""
    frame_player.show(screen, shown.derive("film", lambda: _payload(shown)))


def _payload(shown: Shown[Found]) -> dict[str, Any]:
    dataset, found = shown.source.dataset, shown.value
    truth, moving = dataset.about.get("truth"), found.shares()
    palette = MASK if truth is None else JUDGED
    panels = [
        Panel("Frame", "The film as it came.", dataset.values),
        Panel("Mask", "What moves, white on black.", places(found.masks, truth), palette),
        Panel("Background", "The scene without what moves.", found.backgrounds, every=EVERY),
        Panel(
            "Modes per pixel", "How many modes each pixel keeps.", np.minimum(found.modes, 5), COUNTS, EVERY
        ),
    ]
    third = len(moving) // 3
    return frame_player.payload(
        str(hash(shown.key)), panels, fps=float(dataset.about["fps"]),
        words=_words(dataset, found), start=third + int(np.argmax(moving[third:])),
    )  # fmt: skip


def _words(dataset: Dataset, found: Found) -> list[str]:
    words = [f"{share:.1%} moves" for share in found.shares()]
    judged = film.scores(dataset, found)
    return words if judged is None else [f"{w} · F {s.f:.2f}" for w, s in zip(words, judged, strict=True)]


def places(masks: Array, truth: Array | None) -> Array:
    """Place of each pixel in the palette of masks, or with truth in that of judged masks."""
    marked = masks == FOREGROUND
    places = np.where(marked, 2, np.where(masks == SHADOW, 1, 0)).astype(np.uint8)
    if truth is not None:
        places[marked & ~truth] = 3
        places[truth & ~marked] = 4
    return places


def told(shown: Shown[Found]) -> None:
    """The scores where the truth is known, else how much moves."""
    dataset, found = shown.source.dataset, shown.value
    truth, moving = dataset.about.get("truth"), found.shares()
    rows = [
        ("Moving pixels", f"{moving.mean():.1%}", "Share of all pixels that are marked as foreground."),
        ("Shadows", f"{found.shares(SHADOW).mean():.1%}", "Share of all pixels that are marked as shadow."),
    ]
    if truth is not None:
        judged = score(found.masks, truth)
        rows = [
            ("F", f"{judged.f:.3f}", "Harmonic mean of precision and recall, over the pixels of all frames."),
            ("Precision", f"{judged.precision:.3f}", "Share of the marked pixels that really move."),
            ("Recall", f"{judged.recall:.3f}", "Share of the really moving pixels that are marked."),
            *rows,
        ]
    fits.metrics(rows)


def activity(screen: Screen, shown: Shown[Found]) -> go.Figure:
    """Draw how much moves over time; returns the figure."""
    dataset, found = shown.source.dataset, shown.value
    truth = dataset.about.get("truth")
    share = None if truth is None else truth.mean(axis=(1, 2))
    fig = shown.derive("activity", lambda: video.activity(film.seconds(dataset), found.shares(), share))
    moving = found.shares()
    most = int(np.argmax(moving))
    alt = f"{moving.mean():.1%} of the pixels move on average, most in frame {most + 1}: {moving[most]:.1%}."
    st.header("How much moves", anchor=False)
    charts.show(screen, "activity", fig, alt)
    return fig


def files(shown: Shown[Found]) -> tuple[File, ...]:
    """Masks as a film and as pictures, and the last background, to take away."""
    found, fps = shown.value, float(shown.source.dataset.about["fps"])
    return (
        File("Masks (MP4)", "masks.mp4", lambda: write_video(found.masks, fps)),
        File("Masks (ZIP of PNG)", "masks.zip", lambda: _zipped(found.masks)),
        File("Background (PNG)", "background.png", lambda: _png(found.backgrounds[-1])),
    )


def _zipped(masks: Array) -> bytes:
    return exports.archive({f"mask{t + 1:05d}.png": _png(mask) for t, mask in enumerate(masks)})


def _png(picture: Array) -> bytes:
    file = BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()
