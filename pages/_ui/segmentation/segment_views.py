"""What one sees and takes away of a segmentation."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from PIL import Image

from gmm_engine.features.pixels import CHANNELS, SPACES
from gmm_engine.figures import image
from gmm_engine.segmentation import Segmentation
from gmm_engine.types import Array
from pages._ui import charts, controls, exports, fits
from pages._ui.exports import File
from pages._ui.jobs import Shown
from pages._ui.layout import Screen
from pages._ui.segmentation import compare

VIEWS = ("Colours", "Outlines", "Chosen segment")
CLOUD_PIXELS = 4_000


def picture(screen: Screen, shown: Shown[Segmentation]) -> int:
    """The compare slider and the chosen segment, by click or from the list; returns that segment."""
    result = shown.value
    for note in result.notes:
        st.caption(note)
    view = controls.choice(screen, "view", "Show", VIEWS)
    place = st.container()
    chosen = _chosen(screen, result)
    after = shown.derive(
        ("view", view, chosen if view == VIEWS[2] else None), lambda: _after(result, view, chosen)
    )
    before = shown.derive("original", lambda: compare.address(result.image))
    alt = f"The picture in {image.palette_alt(result.palette, result.shares)}"
    with place:
        compare.show(screen, before, after, ("original", view.lower()), alt, lambda: _pick(screen, result))
        st.caption("Click into the picture to choose a segment; drag or use the arrow keys to compare.")
    return chosen


def _chosen(screen: Screen, result: Segmentation) -> int:
    key = screen.key("segment")
    known = st.session_state.get(key)
    if isinstance(known, int) and known > result.n_segments:
        st.session_state[key] = 1
    most = result.n_segments
    if most == 1:
        return 0
    return int(controls.number(screen, "segment", "Chosen segment", 1, most, 1, step=1)) - 1


def _pick(screen: Screen, result: Segmentation) -> None:
    place = compare.picked(screen)
    if place is not None and result.n_segments > 1:
        height, width = result.labels.shape
        chosen = result.segment_at(place[0] * width, place[1] * height)
        st.session_state[screen.key("segment")] = chosen + 1


def _after(result: Segmentation, view: str, chosen: int) -> str:
    if view == VIEWS[0]:
        return compare.address(result.painted, sharp=True)
    if view == VIEWS[1]:
        return compare.address(result.outlined(), sharp=False)
    return compare.address(result.cutout(chosen), sharp=True)


def palette(screen: Screen, shown: Shown[Segmentation], chosen: int) -> go.Figure:
    """Mean colours with their shares."""
    result = shown.value
    fig = shown.derive(("palette", chosen), lambda: image.palette(result.palette, result.shares, chosen))
    st.header("Palette", anchor=False)
    charts.show(screen, "palette", fig, image.palette_alt(result.palette, result.shares))
    return fig


def cloud(screen: Screen, shown: Shown[Segmentation]) -> go.Figure:
    """Pixels in the colour space with the segments' Gaussians."""
    result = shown.value
    fig = shown.derive("cloud", lambda: _cloud(result))
    st.header("The colours as a cloud", anchor=False)
    alt = image.cloud_alt(result.model.means_, CHANNELS[result.space], result.palette, result.shares)
    charts.show(screen, "cloud", fig, alt)
    return fig


def _cloud(result: Segmentation) -> go.Figure:
    pixels = result.image.reshape(-1, 3)
    some = pixels[np.sort(np.random.default_rng(0).integers(0, len(pixels), CLOUD_PIXELS))]
    model = result.model
    return image.colour_cloud(
        SPACES[result.space](some),
        some,
        model.means_,
        model.covariances_,
        result.palette,
        CHANNELS[result.space],
        len(pixels),
    )


def one(shown: Shown[Segmentation], chosen: int) -> None:
    """The chosen segment: its numbers, its soft mask and its cut-out."""
    result = shown.value
    st.header(f"Segment {chosen + 1}", anchor=False)
    colour = image.hexadecimal(result.palette[chosen])
    pixels = int((result.labels == chosen).sum())
    fits.metrics(
        (
            ("Share", f"{result.shares[chosen]:.1%}", "Part of the picture this segment covers."),
            ("Pixels", f"{pixels:,}", "Pixels of this segment."),
            ("Mean colour", colour, "Mean red, green and blue, as browsers write it."),
        )
    )
    mask = shown.derive(("mask", chosen), lambda: _shown_mask(result, chosen))
    sure = result.soft_mask(chosen)[result.labels == chosen].mean()
    alt = f"Soft mask of segment {chosen + 1}: its pixels belong to it with {sure:.0%} on average"
    st.image(mask, caption="Soft mask: white is certain", width=360, alt=alt)


def _shown_mask(result: Segmentation, chosen: int) -> Array:
    return np.round(255 * compare.thinned(result.soft_mask(chosen))).astype(np.uint8)


def table(result: Segmentation) -> pd.DataFrame:
    """One row per segment: share, pixels, colour, and the mean in the colour space."""
    means = pd.DataFrame(result.model.means_.round(3), columns=[f"mean {c}" for c in CHANNELS[result.space]])
    counts = np.bincount(result.labels.ravel(), minlength=result.n_segments)
    codes = [image.hexadecimal(colour) for colour in result.palette]
    numbers = pd.DataFrame({"segment": np.arange(1, len(codes) + 1), "share": result.shares.round(6)})
    return pd.concat([numbers.assign(pixels=counts, colour=codes), means], axis=1)


def files(result: Segmentation, chosen: int) -> tuple[File, ...]:
    """Labels and pictures to take away."""
    return (
        File(f"Cut-out of segment {chosen + 1} (PNG)", "cutout.png", lambda: png(result.cutout(chosen))),
        File("All cut-outs (ZIP)", "cutouts.zip", lambda: _all_cutouts(result)),
        File("Labels (PNG)", "labels.png", lambda: labels_png(result)),
        File("Labels (NPY)", "labels.npy", lambda: npy(result.labels.astype(np.uint8))),
        File("Picture in mean colours (PNG)", "segments.png", lambda: png(result.painted)),
    )


def png(picture: Array) -> bytes:
    """A picture as a PNG file."""
    return _saved(Image.fromarray(np.ascontiguousarray(picture)))


def labels_png(result: Segmentation) -> bytes:
    """Labels from 0 as a PNG with a palette: the indices are the labels, the colours the segments'."""
    indexed = Image.fromarray(result.labels.astype(np.uint8))
    indexed.putpalette(result.palette.tobytes())
    return _saved(indexed)


def npy(array: Array) -> bytes:
    """An array as NumPy writes it."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def _saved(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _all_cutouts(result: Segmentation) -> bytes:
    names = {f"segment_{j + 1}.png": j for j in range(result.n_segments)}
    return exports.archive({name: png(result.cutout(j)) for name, j in names.items()})
