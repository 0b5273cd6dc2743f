"""Limits of the server, each with an override in the environment.

``GMM_JOB_SLOTS=4`` raises `job_slots`, and so on: the variable is ``GMM_`` and the
field's name in capitals. Read ``SETTINGS``; nothing else looks at the environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Settings:
    """Limits, with units in the names.

    Attributes
    ----------
    job_slots : fits running at the same time in this process.
    live_seconds : fits expected to be faster run on every change, slower ones on *Fit*.
    job_seconds : a fit is ended after this long.
    visitor_megabytes : results and uploads kept for one visitor.
    shared_megabytes : results of the examples, kept for everyone.
    upload_megabytes : largest single upload request.
    session_upload_megabytes : all uploads of one session.
    minute_upload_megabytes : all uploads of the server within a minute.
    database : where saved results are kept, as a SQLAlchemy URL; empty for SQLite in ``saved/`` beside
        the app.
    share_days : a saved result is forgotten after this long.
    share_megabytes : one saved result, compressed.
    share_visitor_megabytes, share_total_megabytes : all saved results of one visitor, and of all.
    frame_ancestors : who may show the app in a frame, as in a content security policy.
    """

    job_slots: int = 2
    live_seconds: float = 1.0
    job_seconds: float = 120.0
    visitor_megabytes: int = 192
    shared_megabytes: int = 96
    upload_megabytes: int = 50
    session_upload_megabytes: int = 250
    minute_upload_megabytes: int = 1000
    database: str = ""
    share_days: float = 30.0
    share_megabytes: float = 20.0
    share_visitor_megabytes: float = 60.0
    share_total_megabytes: float = 2000.0
    frame_ancestors: str = "'self'"


def load(environment: Mapping[str, str]) -> Settings:
    """Settings with the overrides of `environment`; a value that is no number raises ValueError."""
    found = {}
    for row in fields(Settings):
        text = environment.get(f"GMM_{row.name.upper()}")
        if text is not None:
            found[row.name] = text if row.type == "str" else _number(row.name, text, type(row.default))
    return Settings(**found)


def _number(name: str, text: str, kind: type) -> float:
    try:
        value = kind(text)
    except ValueError:
        raise ValueError(f"GMM_{name.upper()} must be a number, found {text!r}") from None
    if not value > 0:
        raise ValueError(f"GMM_{name.upper()} must be positive, found {text!r}")
    return value


SETTINGS = load(os.environ)
