"""Pictures divided into segments, and objects cut out of them."""

from gmm_engine.segmentation.cutout import cut_out
from gmm_engine.segmentation.result import Segmentation, with_alpha
from gmm_engine.segmentation.segment import Stage, segment_image, segmenting
from gmm_engine.segmentation.strokes import draw_strokes

__all__ = ["Segmentation", "Stage", "cut_out", "draw_strokes", "segment_image", "segmenting", "with_alpha"]
