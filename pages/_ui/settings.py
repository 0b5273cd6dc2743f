"""Every limit of the server, in one place: its default, its value in the hosted profile, its meaning.

``GMM_PROFILE=hosted`` chooses values for a machine with 1 GB; ``GMM_JOB_SLOTS=4`` overrides
one field: the variable is ``GMM_`` and the field's name in capitals. Read ``SETTINGS``;
nothing else looks at the environment. `table` is what docs/settings.md shows.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from gmm_engine.data.limits import LIMITS, Limits

MEGABYTE = 1_000_000
IDLE_MEGABYTES = 350  # the process before anybody comes, with everything warmed up
PROFILES = ("local", "hosted")


def _setting(default: Any, meaning: str, *, hosted: Any = None) -> Any:
    """A field with its meaning; `hosted` where the hosted profile differs."""
    return field(default=default, metadata={"meaning": meaning, "hosted": hosted})


@dataclass(frozen=True)
class Settings:
    """Limits, with units in the names; `table` says what each means."""

    job_slots: int = _setting(
        2, "Jobs that run at the same time: so many quick ones, and so many slow ones.", hosted=1
    )
    job_megabytes: int = _setting(800, "Memory one job may take, estimated before it starts.", hosted=300)
    job_seconds: float = _setting(120.0, "A job is ended after this long.", hosted=60.0)
    live_seconds: float = _setting(1.0, "Jobs expected to be faster run on every change, slower ones on Fit.")
    live_megabytes: int = _setting(
        200, "Jobs that need more memory than this queue with the slow ones.", hosted=50
    )
    visitor_jobs: int = _setting(3, "Jobs of one visitor that run or wait at the same time.")
    visitor_jobs_a_minute: int = _setting(600, "Jobs that one visitor may start within a minute.", hosted=120)
    visitor_megabytes: int = _setting(192, "Results and files kept for one visitor.", hosted=64)
    visitors_megabytes: int = _setting(2000, "Results and files kept for all visitors together.", hosted=100)
    shared_megabytes: int = _setting(96, "Results of the examples, kept for everyone.", hosted=32)

    upload_megabytes: int = _setting(50, "One uploaded file, as it comes.", hosted=25)
    session_upload_megabytes: int = _setting(250, "All files that one visit uploads.", hosted=60)
    minute_upload_megabytes: int = _setting(1000, "All files that arrive within a minute.", hosted=200)
    held_upload_megabytes: int = _setting(1000, "Uploaded bytes held at the same time.", hosted=60)
    decoded_megabytes: int = _setting(400, "What a file may become once unpacked or decoded.", hosted=100)
    rows: int = _setting(2_000_000, "Rows of a table.", hosted=500_000)
    columns: int = _setting(5_000, "Columns of a table, and fields of its first line.", hosted=2_000)
    cells: int = _setting(40_000_000, "Cells of a table.", hosted=5_000_000)
    megapixels: float = _setting(50.0, "Pixels of a picture, from its header.", hosted=16.0)
    audio_seconds: float = _setting(600.0, "Length of a recording, from its header.", hosted=300.0)
    audio_frames: int = _setting(30_000_000, "Samples per channel of a recording.", hosted=15_000_000)
    video_seconds: float = _setting(120.0, "Length of a film.", hosted=60.0)
    video_frames: int = _setting(3_000, "Frames of a film.", hosted=1_500)
    decode_seconds: float = _setting(20.0, "Time in which a file must be decoded.", hosted=10.0)
    decode_megabytes: int = _setting(2_000, "Address space of the process that decodes a file.", hosted=800)
    decoders: int = _setting(2, "Files decoded at the same time.", hosted=1)

    scheduler: str = _setting("", "Dask scheduler for sweeps and long fits, such as tcp://host:8786.")
    cluster_seconds: float = _setting(5.0, "Jobs expected to take longer go to the scheduler's cluster.")

    database: str = _setting("", "Where saved results are kept: SQLAlchemy URL. Empty: SQLite in `saved/`.")
    share_days: float = _setting(30.0, "A saved result is forgotten after this long.")
    share_megabytes: float = _setting(20.0, "One saved result, compressed.", hosted=10.0)
    share_visitor_megabytes: float = _setting(60.0, "All saved results of one visitor.", hosted=30.0)
    share_total_megabytes: float = _setting(2000.0, "All saved results.", hosted=500.0)

    visits_a_minute: int = _setting(600, "Visits one network address may begin within a minute.", hosted=300)
    uploads_a_minute: int = _setting(300, "Files one network address may send within a minute.", hosted=120)
    client_header: str = _setting(
        "", "Header with the visitor's address, such as `x-forwarded-for`, where a trusted proxy sets it."
    )
    metrics_token: str = _setting(
        "", "`/_stcore/metrics` answers only to `Authorization: Bearer` with this. Empty: to nobody."
    )
    log_messages: str = _setting(
        "no", "`yes`: the log of an incident quotes the error's words, which may hold a visitor's values."
    )
    frame_ancestors: str = _setting("'self'", "Who may show the app in a frame, as in a CSP.")

    def reader_limits(self) -> Limits:
        """What the readers of files accept."""
        return Limits(
            upload_bytes=self.upload_megabytes * MEGABYTE,
            decoded_bytes=self.decoded_megabytes * MEGABYTE,
            rows=self.rows,
            columns=self.columns,
            cells=self.cells,
            archive_bytes=LIMITS.archive_bytes,
            document_bytes=LIMITS.document_bytes,
            pixels=int(self.megapixels * 1e6),
            audio_seconds=self.audio_seconds,
            audio_frames=self.audio_frames,
            video_seconds=self.video_seconds,
            video_frames=self.video_frames,
            video_pixels=LIMITS.video_pixels,
            decode_seconds=self.decode_seconds,
            decode_memory=self.decode_megabytes * MEGABYTE,
            decoders=self.decoders,
        )

    def memory_megabytes(self) -> int:
        """The most this server holds: idle, every store and every upload full, every job at its limit,
        every decoder with a whole file decoded."""
        jobs = self.job_slots * (self.job_megabytes + self.live_megabytes)  # one gate for each kind
        decoding = self.decoders * self.decoded_megabytes
        kept = self.visitors_megabytes + self.shared_megabytes + self.held_upload_megabytes
        return IDLE_MEGABYTES + kept + jobs + decoding


def load(environment: Mapping[str, str]) -> Settings:
    """Settings of the profile in `environment`, with its overrides.

    Raises
    ------
    ValueError
        A value is no positive number, or there is no such profile.
    """
    profile = environment.get("GMM_PROFILE", PROFILES[0])
    if profile not in PROFILES:
        raise ValueError(f"GMM_PROFILE must be one of {', '.join(PROFILES)}; found {profile!r}")
    found = {}
    for row in fields(Settings):
        text = environment.get(f"GMM_{row.name.upper()}")
        if text is not None:
            found[row.name] = text if row.type == "str" else _number(row.name, text, type(row.default))
        elif profile == "hosted" and row.metadata["hosted"] is not None:
            found[row.name] = row.metadata["hosted"]
    return Settings(**found)


def table() -> str:
    """All settings as a Markdown table."""
    lines = ["| variable | local | hosted | meaning |", "|---|---:|---:|---|"]
    for row in fields(Settings):
        hosted = row.default if row.metadata["hosted"] is None else row.metadata["hosted"]
        values = f"{_shown(row.default)} | {_shown(hosted)}"
        lines.append(f"| `GMM_{row.name.upper()}` | {values} | {row.metadata['meaning']} |")
    return "\n".join(lines)


def _shown(value: Any) -> str:
    return f"{value:,g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value


def _number(name: str, text: str, kind: type) -> float:
    try:
        value = kind(text)
    except ValueError:
        raise ValueError(f"GMM_{name.upper()} must be a number, found {text!r}") from None
    if not value > 0:
        raise ValueError(f"GMM_{name.upper()} must be positive, found {text!r}")
    return value


SETTINGS = load(os.environ)
