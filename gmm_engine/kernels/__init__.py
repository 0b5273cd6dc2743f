"""Compiled loops: arrays in, arrays out, no knowledge of estimators."""
