"""Readers of files and makers of data: bytes or parameters to a `Dataset`."""

from gmm_engine.data.audio import read_audio
from gmm_engine.data.images import read_image
from gmm_engine.data.tables import read_table
from gmm_engine.data.video import read_video

__all__ = ["read_audio", "read_image", "read_table", "read_video"]
