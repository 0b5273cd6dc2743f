"""Tests; `data_dir` and the plain twins in `reference*` are shared between them."""
