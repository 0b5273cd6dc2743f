"""Pictures divided into segments, and objects cut out of them."""

from gmm_engine.segmentation.cutout import cut_out
from gmm_engine.segmentation.result import Segmentation, with_alpha
from gmm_engine.segmentation.segment import Stage, segment_image, segmenting

__all__ = ["Segmentation", "Stage", "cut_out", "segment_image", "segmenting", "with_alpha"]
