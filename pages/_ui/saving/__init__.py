"""Saved results: kept, shared, brought back."""
