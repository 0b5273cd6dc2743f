"""Damaged files by the hundred thousand, for every reader; run by hand, outside `make test`.

    python -m tests.fuzz --reader table --cases 100000

A run that is interrupted continues where it stopped; findings are kept under artifacts/fuzz.
"""
