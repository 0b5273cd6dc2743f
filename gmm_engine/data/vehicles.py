"""Vehicles for generated scenes: when they pass, and how they and their shadows look."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine.types import Array

PAINTS = np.array(
    [
        [200, 200, 205],
        [60, 62, 68],
        [150, 30, 28],
        [35, 60, 130],
        [168, 170, 176],
        [225, 215, 190],
        [30, 32, 34],
        [70, 100, 70],
    ],
    np.float32,
)
GLASS = np.array([38.0, 44.0, 52.0], np.float32)


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


def fleet(
    n_frames: int, size: tuple[int, int], traffic: float, stopping: bool, rng: np.random.Generator
) -> list[Vehicle]:
    """Vehicles for two lanes, far one first so that the near one covers it."""
    h, w = size
    vehicles: list[Vehicle] = []
    for lane, scale in ((0.58, 0.8), (0.8, 1.1)):
        free = rng.uniform(-60, 60)
        while free < n_frames * 3:
            lorry = rng.random() < 0.2
            length = w * scale * (0.42 if lorry else rng.uniform(0.17, 0.24))
            speed = w / rng.uniform(45, 90)
            crossing = (w + length) / speed
            waits = 80.0 if stopping and rng.random() < 0.5 else 0.0
            vehicles.append(
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
            free = max(free, vehicles[-1].enters + waits + 1.2 * length / speed)
    return [vehicle for vehicle in vehicles if vehicle.enters < n_frames]


def draw(picture: Array, mask: Array, vehicle: Vehicle, left: float, shadow: float, index: int) -> None:
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
