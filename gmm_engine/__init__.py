"""Gaussian mixture models: fit, choose, question and show them."""
