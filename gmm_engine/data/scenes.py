"""Filmed scenes made by a formula, so that the truth of every pixel is known.

A street with vehicles passing: perspective, soft shadows, camera noise, swaying
foliage, and, when asked for, what makes real footage hard: a vehicle that stops,
exposure that flickers, a camera that shakes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from gmm_engine.data.vehicles import Vehicle, draw, fleet
from gmm_engine.errors import DataError
from gmm_engine.types import Array, Dataset

MAX_SHAKE = 12.0
# What makes real footage hard, one thing at a time.
SCENES: Mapping[str, Mapping[str, Any]] = {
    "Street": {"traffic": 1.5, "random_state": 22},
    "Vehicles that stop": {"stopping": True, "traffic": 2.0, "random_state": 14},
    "Shaking camera": {"shake": 1.5, "random_state": 44},
    "Flickering light": {"flicker": 0.03, "traffic": 1.5, "random_state": 32},
    "Windy day": {"foliage": 3.5, "noise": 5.0, "traffic": 1.5, "random_state": 13},
}
EXAMPLE = {"n_frames": 150, "size": (120, 160)}


def street(
    n_frames: int = 200,
    size: tuple[int, int] = (160, 240),
    *,
    traffic: float = 1.0,
    noise: float = 3.0,
    shadow: float = 0.6,
    foliage: float = 1.0,
    flicker: float = 0.0,
    shake: float = 0.0,
    stopping: bool = False,
    random_state: int = 0,
) -> Dataset:
    """Film a street: frames with the exact mask of what moves.

    Parameters
    ----------
    n_frames : frames, 1 to 5,000.
    size : height and width in pixels, each at least 32.
    traffic : vehicles present at a time, roughly.
    noise : standard deviation of the camera's noise at mid grey, grey levels.
    shadow : share of the light that a full shadow lets through; 1 means no shadows.
    foliage : sway of the trees, pixels.
    flicker : standard deviation of the exposure, as a share; a slow drift of twice
        that comes on top.
    shake : standard deviation of the camera's position, pixels.
    stopping : whether some vehicles stop for 80 frames.
    random_state : seed.

    Returns
    -------
    Dataset
        Video, with ``about["truth"]`` bool (frames, h, w) and ``about["fps"]``.
        Shadows are not part of the truth.

    Raises
    ------
    DataError
        When the numbers ask for no scene at all.

    Examples
    --------
    >>> scene = street(20, (60, 80))
    >>> scene.values.shape, scene.about["truth"].shape
    ((20, 60, 80, 3), (20, 60, 80))
    """
    if not (1 <= n_frames <= 5000 and min(size) >= 32):
        raise DataError(
            f"A scene needs 1 to 5,000 frames of 32 x 32 pixels or more, not {n_frames} of {size}."
        )
    rng = np.random.default_rng(random_state)
    plate = _plate(size, rng)
    vehicles = fleet(n_frames, size, traffic, stopping, rng)
    exposure = _exposure(n_frames, flicker, rng)
    offsets = np.clip(rng.normal(0, max(shake, 1e-9), (n_frames, 2)), -MAX_SHAKE, MAX_SHAKE)
    frames = np.empty((n_frames, *size, 3), np.uint8)
    truth = np.zeros((n_frames, *size), bool)
    for t in range(n_frames):
        picture, mask = _expose(plate, vehicles, t, foliage, shadow)
        if shake > 0:
            picture = np.stack([_moved(picture[..., c], offsets[t]) for c in range(3)], axis=-1)
            mask = _moved(mask, offsets[t])
        frames[t] = _sensor(picture * exposure[t], noise, rng)
        truth[t] = mask > 0.5
    about = {"truth": truth, "fps": 25.0}
    return Dataset(frames, kind="video", name="Generated street", about=about)


def example(name: str) -> Dataset:
    """One of `SCENES`, 150 frames of 120 x 160 pixels.

    Examples
    --------
    >>> example("Street").values.shape
    (150, 120, 160, 3)
    """
    if name not in SCENES:
        raise DataError(f"There is no scene {name!r}; there are {', '.join(SCENES)}.")
    scene = street(**{**EXAMPLE, **SCENES[name]})
    return Dataset(scene.values, kind="video", name=name, about=scene.about)


@dataclass(frozen=True)
class _Plate:
    """The empty street: colours, and how far each pixel sways."""

    colours: Array
    sway: Array


def _plate(size: tuple[int, int], rng: np.random.Generator) -> _Plate:
    h, w = size
    y = np.linspace(0, 1, h, dtype=np.float32)[:, None]
    grain = _texture(size, 0.8, rng)[..., None]
    coarse = _texture(size, 6.0, rng)[..., None]
    road = 96 + 9 * grain + 6 * coarse + np.zeros((h, w, 3), np.float32)
    marks = ((np.abs(y - 0.64) < 0.008) & (np.arange(w) // max(w // 14, 1) % 2 == 0))[..., None]
    road = np.where(marks, 205 + 5 * grain, road)
    leaves = np.array([62, 92, 48], np.float32) * (1 + 0.4 * _texture(size, 1.6, rng)[..., None])
    facade = np.array([150, 132, 118], np.float32) + 7 * grain + 10 * coarse
    windows = ((np.arange(w) // max(w // 18, 1) % 3 == 1) & ((y * 26).astype(int) % 3 == 1))[..., None]
    facade = np.where(windows, 70 + 8 * grain, facade)
    kerb = np.array([172, 168, 160], np.float32) + 6 * grain
    green = _texture(size, w / 9, rng) + 1.2 * (0.34 - y) > 0.1
    colours = np.where(green[..., None], leaves, facade)
    colours = np.where((y > 0.42)[..., None], kerb, colours)
    colours = np.where(((y > 0.48) & (y < 0.96))[..., None], road, colours)
    sway = ndimage.gaussian_filter((green & (y < 0.42)).astype(np.float32), 1.5)
    return _Plate(np.clip(colours, 0, 255).astype(np.float32), sway)


def _texture(size: tuple[int, int], sigma: float, rng: np.random.Generator) -> Array:
    smooth = ndimage.gaussian_filter(rng.standard_normal(size).astype(np.float32), sigma)
    return np.asarray(smooth / smooth.std(), np.float32)


def _exposure(n_frames: int, flicker: float, rng: np.random.Generator) -> Array:
    drift = np.sin(np.linspace(0, 5, n_frames)) * 2 * flicker
    return np.asarray(1 + drift + rng.normal(0, max(flicker, 1e-12), n_frames))


def _expose(
    plate: _Plate, vehicles: list[Vehicle], t: int, foliage: float, shadow: float
) -> tuple[Array, Array]:
    """The scene at frame t, and how much of each pixel a vehicle covers."""
    picture = _swayed(plate, t, foliage)
    h, w = picture.shape[:2]
    mask = np.zeros((h, w), np.float32)
    for index, vehicle in enumerate(vehicles):
        x = vehicle.position(t) - vehicle.length
        if x > w or x < -1.6 * vehicle.length:
            continue
        left = w - x - vehicle.length if vehicle.lane < 0.7 * h else x
        draw(picture, mask, vehicle, left, shadow, index)
    return picture, mask


def _swayed(plate: _Plate, t: int, foliage: float) -> Array:
    """The empty street with its foliage bent by two slow waves."""
    if foliage <= 0:
        return plate.colours.copy()
    h, w = plate.sway.shape
    low = h // 2
    y, x = np.mgrid[:low, :w].astype(np.float32)
    bend = foliage * plate.sway[:low] * (np.sin(0.9 * t + x / 9) + 0.7 * np.sin(0.37 * t + y / 7))
    places = np.stack([y + 0.5 * bend, x + bend])
    picture = plate.colours.copy()
    for c in range(3):
        picture[:low, :, c] = ndimage.map_coordinates(plate.colours[..., c], places, order=1, mode="nearest")
    return picture


def _moved(channel: Array, offset: Array) -> Array:
    return np.asarray(ndimage.shift(channel, offset, order=1, mode="nearest"))


def _sensor(light: Array, noise: float, rng: np.random.Generator) -> Array:
    """Noise whose variance grows with the light, then eight bits."""
    spread = noise * np.sqrt(0.25 + 0.75 * np.clip(light, 0, 255) / 128)
    grain = rng.standard_normal(light.shape, np.float32)
    return np.asarray(np.clip(light + spread * grain + 0.5, 0, 255), np.uint8)
