"""Pictures to begin with: those that come with scikit-image, free of rights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine.types import Dataset


@dataclass(frozen=True)
class Picture:
    """One bundled picture.

    Attributes
    ----------
    name : what visitors call it.
    call : its function in `skimage.data`.
    box : (left, top, right, bottom) around its main object, as shares of width and height.
    """

    name: str
    call: str
    box: tuple[float, float, float, float]

    def load(self) -> Dataset:
        """The picture as a `Dataset` of kind "image"; greys become three equal channels."""
        from skimage import data

        pixels = getattr(data, self.call)()
        if pixels.ndim == 2:
            pixels = np.repeat(pixels[:, :, None], 3, axis=2)
        return Dataset(np.ascontiguousarray(pixels), kind="image", name=self.name)


PICTURES: dict[str, Picture] = {
    row.name: row
    for row in (
        Picture("Coffee", "coffee", (0.11, 0.0, 0.82, 0.99)),
        Picture("Cat", "chelsea", (0.22, 0.05, 0.90, 0.98)),
        Picture("Astronaut", "astronaut", (0.05, 0.0, 0.85, 1.0)),
        Picture("Rocket", "rocket", (0.38, 0.02, 0.66, 0.98)),
        Picture("Hubble deep field", "hubble_deep_field", (0.30, 0.30, 0.60, 0.60)),
        Picture("Tissue", "immunohistochemistry", (0.25, 0.25, 0.75, 0.75)),
        Picture("Retina", "retina", (0.05, 0.05, 0.95, 0.95)),
        Picture("Cameraman", "camera", (0.0, 0.08, 0.68, 1.0)),
        Picture("Moon", "moon", (0.30, 0.30, 0.70, 0.70)),
    )
}
