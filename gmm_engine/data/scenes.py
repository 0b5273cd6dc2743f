"""Filmed scenes made by a formula, so that the truth of every pixel is known.

A street with vehicles passing: perspective, soft shadows, camera noise, swaying
foliage, and, when asked for, what makes real footage hard: a vehicle that stops,
exposure that flickers, a camera that shakes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from gmm_engine.errors import DataError
from gmm_engine.types import Array, Dataset

PAINTS = np.array(
    [
        [200, 200, 205],
        [60, 62, 68],
        [150, 30, 28],
        [35, 60, 130],
        [120, 122, 126],
        [225, 215, 190],
        [30, 32, 34],
        [70, 100, 70],
    ],
    np.float32,
)
GLASS = np.array([38.0, 44.0, 52.0], np.float32)
MAX_SHAKE = 12.0


@dataclass(frozen=True)
class Vehicle:
    """One passing object, lengths in pixels at its nearest point, times in frames."""

    lane: float
    length: float
    height: float
    paint: Array
    enters: float
    speed: float
    stops_at: float = 0.0
    waits: float = 0.0

    def position(self, t: float) -> float:
        """Distance covered along the lane at frame `t`, pixels."""
        covered = (t - self.enters) * self.speed
        if not self.waits or covered <= self.stops_at:
            return covered
        return max(self.stops_at, covered - self.waits * self.speed)


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
    vehicles = _vehicles(n_frames, size, traffic, stopping, rng)
    exposure = _exposure(n_frames, flicker, rng)
    offsets = np.clip(rng.normal(0, max(shake, 1e-9), (n_frames, 2)), -MAX_SHAKE, MAX_SHAKE)
    frames = np.empty((n_frames, *size, 3), np.uint8)
    truth = np.zeros((n_frames, *size), bool)
    for t in range(n_frames):
        picture, mask = _expose(plate, vehicles, t, foliage, shadow, rng)
        if shake > 0:
            picture = np.stack([_moved(picture[..., c], offsets[t]) for c in range(3)], axis=-1)
            mask = _moved(mask, offsets[t])
        frames[t] = _sensor(picture * exposure[t], noise, rng)
        truth[t] = mask > 0.5
    about = {"truth": truth, "fps": 25.0}
    return Dataset(frames, kind="video", name="Generated street", about=about)


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


def _vehicles(
    n_frames: int, size: tuple[int, int], traffic: float, stopping: bool, rng: np.random.Generator
) -> list[Vehicle]:
    """Vehicles for two lanes, far one first so that the near one covers it."""
    h, w = size
    fleet = []
    for lane, scale in ((0.58, 0.8), (0.8, 1.1)):
        free = -0.6 * w
        while free < n_frames * 3:
            lorry = rng.random() < 0.2
            length = w * scale * (0.42 if lorry else rng.uniform(0.17, 0.24))
            speed = w / rng.uniform(45, 90)
            crossing = (w + length) / speed
            waits = 80.0 if stopping and rng.random() < 0.5 else 0.0
            fleet.append(
                Vehicle(
                    lane * h,
                    length,
                    h * scale * (0.26 if lorry else rng.uniform(0.13, 0.17)),
                    PAINTS[rng.integers(len(PAINTS))],
                    free,
                    speed,
                    rng.uniform(0.3, 0.9) * w,
                    waits,
                )
            )
            free += (crossing + waits) * rng.uniform(0.6, 1.9) * 2 / max(traffic, 0.05) * 0.5
            free = max(free, fleet[-1].enters + waits + 1.2 * length / speed)
    return [vehicle for vehicle in fleet if vehicle.enters < n_frames]


def _exposure(n_frames: int, flicker: float, rng: np.random.Generator) -> Array:
    drift = np.sin(np.linspace(0, 5, n_frames)) * 2 * flicker
    return np.asarray(1 + drift + rng.normal(0, max(flicker, 1e-12), n_frames))


def _expose(
    plate: _Plate, vehicles: list[Vehicle], t: int, foliage: float, shadow: float, rng: np.random.Generator
) -> tuple[Array, Array]:
    picture = _swayed(plate, t, foliage)
    h, w = picture.shape[:2]
    mask = np.zeros((h, w), np.float32)
    for index, vehicle in enumerate(vehicles):
        x = vehicle.position(t) - vehicle.length
        if x > w or x < -1.6 * vehicle.length:
            continue
        left = w - x - vehicle.length if vehicle.lane < 0.7 * h else x
        _draw(picture, mask, vehicle, left, shadow, index)
    return picture, mask


def _swayed(plate: _Plate, t: int, foliage: float) -> Array:
    """The empty street with its foliage bent by two slow waves."""
    if foliage <= 0:
        return plate.colours.copy()
    h, w = plate.sway.shape
    y, x = np.mgrid[:h, :w].astype(np.float32)
    wave = np.sin(0.9 * t + x / 9) + 0.7 * np.sin(0.37 * t + y / 7)
    coords = np.stack([y + 0.5 * foliage * plate.sway * wave, x + foliage * plate.sway * wave])
    bent = [ndimage.map_coordinates(plate.colours[..., c], coords, order=1, mode="nearest") for c in range(3)]
    return np.stack(bent, axis=-1)


def _draw(picture: Array, mask: Array, vehicle: Vehicle, left: float, shadow: float, index: int) -> None:
    """Darken the road beside the vehicle, then paint it over, both with soft edges."""
    h, w = mask.shape
    x0, x1 = max(int(left - 0.4 * vehicle.length), 0), min(int(left + 1.4 * vehicle.length) + 2, w)
    y0, y1 = max(int(vehicle.lane - 1.2 * vehicle.height), 0), min(int(vehicle.lane + vehicle.height), h)
    if x0 >= x1 or y0 >= y1:
        return
    y, x = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    u, v = (x - left) / vehicle.length, (vehicle.lane - y) / vehicle.height
    view = np.s_[y0:y1, x0:x1]
    if shadow < 1:
        cast = _box(u + 0.5 * v, v, -0.06, 0.98, -0.42, 0.25, 0.12, vehicle)
        tint = 1 - (1 - shadow) * np.array([1.0, 0.97, 0.9], np.float32)
        picture[view] *= 1 - cast[..., None] * (1 - tint)
    body = np.maximum(
        _box(u, v, 0.0, 1.0, 0.08, 0.62, 0.02, vehicle), _box(u, v, 0.16, 0.84, 0.5, 1.0, 0.02, vehicle)
    )
    wheels = np.maximum(_wheel(u, v, 0.2, vehicle), _wheel(u, v, 0.8, vehicle))
    colour = _bodywork(u, v, wheels, vehicle, index)
    cover = np.maximum(body, wheels)
    picture[view] += cover[..., None] * (colour - picture[view])
    np.maximum(mask[view], cover, out=mask[view])


def _box(
    u: Array, v: Array, u0: float, u1: float, v0: float, v1: float, soft: float, vehicle: Vehicle
) -> Array:
    """Coverage of a box with edges `soft` (share of the height, at least a pixel) wide."""
    blur = max(soft, 1.0 / vehicle.height)
    along = np.minimum(u - u0, u1 - u) * vehicle.length / vehicle.height
    return np.clip(np.minimum(along, np.minimum(v - v0, v1 - v)) / blur + 0.5, 0, 1)


def _wheel(u: Array, v: Array, centre: float, vehicle: Vehicle) -> Array:
    across = (u - centre) * vehicle.length / vehicle.height
    return np.clip((0.17 - np.hypot(across, v - 0.15)) * vehicle.height + 0.5, 0, 1)


def _bodywork(u: Array, v: Array, wheels: Array, vehicle: Vehicle, index: int) -> Array:
    shade = 0.72 + 0.42 * np.clip(v, 0, 1) + 0.03 * np.sin(9 * u + index)
    colour = vehicle.paint * shade[..., None]
    lorry = vehicle.height > 0.9 * 0.26 * vehicle.length and vehicle.length > 2.2 * vehicle.height
    glass = (v > 0.6) & (v < 0.92) & (np.abs(u - 0.5) < 0.3) & (np.abs(u - 0.5) > 0.02)
    if lorry:
        glass &= u > 0.72
    colour = np.where(glass[..., None], GLASS + 40 * np.clip(u, 0, 1)[..., None], colour)
    return np.asarray(np.where((wheels > 0.5)[..., None], 24.0, colour), np.float32)


def _moved(channel: Array, offset: Array) -> Array:
    return np.asarray(ndimage.shift(channel, offset, order=1, mode="nearest"))


def _sensor(light: Array, noise: float, rng: np.random.Generator) -> Array:
    """Noise whose variance grows with the light, then eight bits."""
    spread = noise * np.sqrt(0.25 + 0.75 * np.clip(light, 0, 255) / 128)
    grain = rng.standard_normal(light.shape, np.float32)
    return np.asarray(np.clip(light + spread * grain + 0.5, 0, 255), np.uint8)
