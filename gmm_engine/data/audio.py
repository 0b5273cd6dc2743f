"""Read recordings: bytes of any common format to mono samples, guarded before decoding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from gmm_engine.data import guards
from gmm_engine.data._decode import Arrays, Facts, isolated
from gmm_engine.data.limits import LIMITS, Limits
from gmm_engine.errors import UploadError
from gmm_engine.types import Array, Dataset

FORMATS = "WAV, FLAC, OGG, MP3, AIFF or M4A"
SHORTEST = 0.03  # seconds, a little more than one analysis frame
SILENT = 1e-5  # amplitude, -100 dB of full scale
FULL_SCALE = 0.9  # clipping below this would be strange
CLIPPED_RUN, FLAT = 3, 0.9999  # samples in a row, within this share of the loudest, are no coincidence
BLOCK = 1 << 18

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"fLaC", "FLAC"),
    (b"OggS", "OGG"),
    (b"ID3", "MP3"),
    (b"\xff\xfb", "MP3"),
    (b"\xff\xf3", "MP3"),
    (b"\xff\xf2", "MP3"),
    (b"\xff\xfa", "MP3"),
)
_PACKED = {"M4A": "mp4", "WebM": "matroska"}  # and what FFmpeg calls the container
_PLAIN = {"WAV", "FLAC"}  # decoders that are small and well worn; the others run in a child


def read_audio(source: bytes | str | Path, name: str | None = None, *, limits: Limits = LIMITS) -> Dataset:
    """Read a recording of any common format and mix it down to one channel.

    Parameters
    ----------
    source : the whole file, or its path. The content tells the format, not the name.
    name : what to call the recording.
    limits : `upload_bytes`, `audio_seconds` and `audio_frames` apply before decoding.

    Returns
    -------
    Dataset
        `values` float32 (n,) from -1 to 1; `about` has ``sample_rate`` (Hz), ``channels``,
        ``seconds``, ``format``, ``silent`` and ``clipped`` (share of samples). Silence and
        clipping are said in `notes`.

    Raises
    ------
    UploadError
        Empty, too large, too long, too short, damaged, or no recording.

    Examples
    --------
    >>> import io, numpy as np, soundfile
    >>> file = io.BytesIO()
    >>> soundfile.write(file, np.sin(np.arange(8_000) / 5), 8_000, format="WAV")
    >>> sound = read_audio(file.getvalue(), "tone.wav")
    >>> sound.values.shape, sound.about["sample_rate"]
    ((8000,), 8000)
    """
    data, shown = guards.content(source, name, limits)
    form = format_of(data)
    options: dict[str, Any] = {"seconds": limits.audio_seconds, "frames": limits.audio_frames}
    if form in _PLAIN:
        facts, arrays = guards.decoded_here(decode, data, "recording", "shorter", **options)
    elif form in _PACKED:
        decoded = isolated(decode_packed, data, limits, form=_PACKED[form], **options)
        facts, arrays = decoded.facts, decoded.arrays
    else:
        decoded = isolated(decode, data, limits, **options)
        facts, arrays = decoded.facts, decoded.arrays
    samples = arrays["samples"]
    notes, quality = _heard(samples, facts)
    return Dataset(
        samples,
        notes=notes,
        kind="audio",
        name=shown,
        about={**facts, **quality, "seconds": len(samples) / facts["sample_rate"], "format": form},
    )


def format_of(data: bytes) -> str:
    """Name of the recording's format by its first bytes; anything else is refused."""
    if data[:4] in {b"RIFF", b"RIFX", b"RF64"} and data[8:12] == b"WAVE":
        return "WAV"
    if data[:4] == b"FORM" and data[8:12] in {b"AIFF", b"AIFC"}:
        return "AIFF"
    for magic, form in _MAGIC:
        if data.startswith(magic):
            return form
    if data[4:8] == b"ftyp":
        return "M4A"
    if data[:4] == b"\x1aE\xdf\xa3":
        return "WebM"
    raise UploadError(f"The format of this audio file is not recognised. Send a {FORMATS} file.")


def decode(source: BinaryIO, *, seconds: float, frames: int) -> tuple[Facts, Arrays]:
    """Mono samples of a file that libsndfile knows, refused by its header where it is too long."""
    import soundfile

    with soundfile.SoundFile(source) as sound:
        rate, channels = int(sound.samplerate), int(sound.channels)
        check_length(sound.frames, rate, channels, seconds, frames)
        most = min(frames // channels, int(seconds * rate))
        mono = _joined(_blocks(sound), most)
    return _decoded(mono, rate, channels)


def decode_packed(source: BinaryIO, *, form: str, seconds: float, frames: int) -> tuple[Facts, Arrays]:
    """Mono samples of the first sound track in a container of FFmpeg's format `form`."""
    import av

    opened: Any = av.open(source, format=form, metadata_errors="ignore")
    with opened as container:
        if not container.streams.audio:
            raise UploadError("The file holds no sound.")
        track = container.streams.audio[0]
        rate, channels = int(track.codec_context.sample_rate), int(track.codec_context.channels)
        check_length(int((container.duration or 0) / 1e6 * rate), rate, channels, seconds, frames)
        planar = av.AudioResampler(format="fltp", rate=rate)
        heard = (part for frame in container.decode(track) for part in planar.resample(frame))
        mono = _joined((part.to_ndarray().T for part in heard), min(frames // channels, int(seconds * rate)))
    return _decoded(mono, rate, channels)


def _decoded(mono: Array, rate: int, channels: int) -> tuple[Facts, Arrays]:
    if len(mono) == 0:
        raise UploadError("The recording is empty: it has a header and no samples.")
    if len(mono) < SHORTEST * rate:
        found = 1000 * len(mono) / rate
        raise UploadError(f"The recording is too short: {found:.0f} ms. At least 30 ms are needed.")
    return {"sample_rate": rate, "channels": channels}, {"samples": mono}


def check_length(found: int, rate: int, channels: int, seconds: float, frames: int) -> None:
    """Refuse what the header says is beyond the limits."""
    if rate <= 0 or channels <= 0:
        raise UploadError(f"The header is damaged: {rate} Hz and {channels} channels.")
    if found > seconds * rate or found * channels > frames:
        length = found / rate
        hours = f"{length / 3600:.1f} hours" if length >= 3600 else f"{length / 60:.0f} minutes"
        tracks = "1 channel" if channels == 1 else f"{channels} channels"
        raise UploadError(
            f"The recording is too long: {hours} ({found:,} samples, {tracks}). "
            f"The limit is {seconds / 60:g} minutes; send a part of it."
        )


def _blocks(sound: Any) -> Iterator[Array]:
    while len(block := sound.read(BLOCK, dtype="float32", always_2d=True)):
        yield block


def _joined(blocks: Iterable[Array], most: int) -> Array:
    """The mean of all channels of (t, channels), so that channels never lie in memory together."""
    parts, total = [], 0
    for block in blocks:
        total += len(block)
        if total > most:  # the header was wrong, or told nothing
            raise UploadError(f"The recording is longer than the limit of {most:,} samples; send a part.")
        parts.append(block.mean(axis=1, dtype=np.float32))
    return np.concatenate(parts) if parts else np.empty(0, np.float32)


def _heard(samples: Array, facts: Facts) -> tuple[tuple[str, ...], dict[str, Any]]:
    """What a listener should know: channels mixed, silence, clipping, broken samples."""
    notes = []
    if facts["channels"] > 1:
        notes.append(f"{facts['channels']} channels were mixed down to one.")
    broken = ~np.isfinite(samples)
    if broken.any():
        samples[broken] = 0
        notes.append(f"{int(broken.sum()):,} samples that are not numbers were taken as silence.")
    loudest = float(np.max(np.abs(samples)))
    if loudest > 1:
        samples /= loudest
        notes.append("The recording exceeds full scale and was turned down.")
    silent, clipped = loudest < SILENT, clipped_share(samples)
    if silent:
        notes.append("The recording is silent.")
    if clipped > 1e-3:
        notes.append(
            f"The recording is clipped ({clipped:.1%} of samples): record further from the microphone."
        )
    return tuple(notes), {"silent": silent, "clipped": clipped}


def clipped_share(samples: Array) -> float:
    """Share of samples in runs of at least three at the loudest value, if that is full scale."""
    loudest = float(np.max(np.abs(samples)))
    if loudest < FULL_SCALE:
        return 0.0
    at_edge = np.concatenate([[False], np.abs(samples) >= loudest * FLAT, [False]])
    edges = np.flatnonzero(np.diff(at_edge.astype(np.int8)))
    runs = edges[1::2] - edges[::2]
    return float(runs[runs >= CLIPPED_RUN].sum() / len(samples))
