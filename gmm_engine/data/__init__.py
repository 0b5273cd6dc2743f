"""Readers of files and makers of data: bytes or parameters to a `Dataset`."""

from gmm_engine.data.tables import read_table

__all__ = ["read_table"]
