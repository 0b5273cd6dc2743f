"""Decode formats whose parsers can take a process down, in a child that may die.

A crash, an endless loop, a bomb or an exploit in a C decoder ends the child, never the
server: the visitor reads a sentence. The child has limited address space, processor
time and clock time, may write no file, and starts without the server's environment.
What comes back is JSON and plain array bytes, so nothing is unpickled; sizes are
checked before memory is taken.

To add a format, write a function in a module of this folder that imports its decoder
*inside* the function,

    def decode(source: BinaryIO, *, max_pixels: int) -> tuple[Facts, Arrays]:
        import PIL.Image
        ...
        return {"mode": "RGB"}, {"pixels": array}

raise `UploadError` in it for everything worth a sentence, and call it from the reader:

    decoded = isolated(decode, data, limits, max_pixels=limits.pixels)
    decoded.arrays["pixels"], decoded.facts["mode"]

Options and facts are JSON values, `source` is seekable, arrays are numbers (text goes
as UTF-8 bytes in a uint8 array). In the child `gmm_engine` and `gmm_engine.data` are
bare folders, so a decoder imports modules from them (`gmm_engine.errors`), not names.
"""

from __future__ import annotations

import functools
import inspect
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from gmm_engine.data.limits import LIMITS, Limits
from gmm_engine.errors import UploadError
from gmm_engine.types import Array

Facts = dict[str, Any]
Arrays = dict[str, Array]
Decoder = Callable[..., tuple[Facts, Arrays]]

_CHILD = Path(__file__).with_name("_child.py")
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "LC_ALL": "C.UTF-8",
}
_HEADER_BYTES = 16_000_000
_DAMAGED = "This file could not be read: it is damaged, or it is not what it says. Save it again and retry."


@dataclass(frozen=True, eq=False)
class Decoded:
    """What a decoder returned: facts (JSON values) and arrays by name."""

    facts: Facts
    arrays: Arrays


def isolated(decoder: Decoder, source: bytes, limits: Limits = LIMITS, **options: Any) -> Decoded:
    """Run ``decoder(source, **options)`` in a child process under `limits`.

    Parameters
    ----------
    decoder : function at the top of a module; see the module's docstring.
    source : the whole file.
    limits : `decode_seconds`, `decode_memory`, `decoded_bytes` and `decoders` apply.
    options : JSON values.

    Raises
    ------
    UploadError : the decoder refused the file, failed, died, or took or returned too much.
    """
    request = {
        "module": decoder.__module__,
        "file": inspect.getfile(decoder),
        "function": decoder.__qualname__,
        "options": options,
        "cpu_seconds": math.ceil(limits.decode_seconds),
        "memory": limits.decode_memory,
    }
    with _slot(limits), _child(source, json.dumps(request), limits.decode_seconds) as child:
        assert child.stdout is not None
        try:
            return _received(child.stdout, limits)
        except EOFError:
            raise UploadError(_cause_of_death(child, limits)) from None
        except UploadError:
            raise
        except (ValueError, KeyError, TypeError, RecursionError):  # an answer no honest child gives
            raise UploadError(_DAMAGED) from None


@functools.cache
def _slots(count: int) -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(count)


@contextmanager
def _slot(limits: Limits) -> Iterator[None]:
    """Wait for one of the few places for decoders, so that many uploads do not add up."""
    slots = _slots(limits.decoders)
    if not slots.acquire(timeout=limits.decode_seconds):
        raise UploadError("Other files are being read at this moment; try again in a few seconds.")
    try:
        yield
    finally:
        slots.release()


@contextmanager
def _child(source: bytes, request: str, seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    """The child process, killed with all it started when time is up or the block is left."""
    with _anonymous_file(source) as stdin:
        child = subprocess.Popen(
            [sys.executable, "-I", str(_CHILD), request],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT | {k: v for k, v in os.environ.items() if k == "LD_LIBRARY_PATH"},
            cwd=os.path.abspath(os.sep),
            start_new_session=True,
        )
        watchdog = threading.Timer(seconds, _kill, [child])
        watchdog.daemon = True
        watchdog.start()
        try:
            yield child
        finally:
            watchdog.cancel()
            _kill(child)
            child.wait()
            assert child.stdout is not None
            child.stdout.close()


@contextmanager
def _anonymous_file(source: bytes) -> Iterator[IO[bytes]]:
    """A seekable file without a name holding `source`; in memory where the system can."""
    if hasattr(os, "memfd_create"):
        file: IO[bytes] = os.fdopen(os.memfd_create("upload"), "w+b")
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    with file:
        file.write(source)
        file.flush()
        file.seek(0)
        yield file


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child's whole group; a child not yet waited for keeps its number, so none other is hit."""
    if child.returncode is None:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            child.kill()


def _received(stream: IO[bytes], limits: Limits) -> Decoded:
    length = int.from_bytes(_exactly(stream, 8), "little")
    if length > _HEADER_BYTES:
        raise UploadError("The file's description of itself is too large to be right.")
    answer = json.loads(_exactly(stream, length))
    if "refused" in answer:
        raise UploadError(str(answer["refused"]))
    shapes = {name: (_plain(kind), tuple(map(int, shape))) for name, kind, shape in answer["arrays"]}
    size = sum(kind.itemsize * math.prod(shape) for kind, shape in shapes.values())
    if size > limits.decoded_bytes:
        found, most = size / 1e6, limits.decoded_bytes / 1e6
        raise UploadError(
            f"The file unpacks to {found:,.0f} MB; the limit is {most:,.0f} MB. Send a part of it."
        )
    return Decoded(answer["facts"], {n: _array(stream, *kind_shape) for n, kind_shape in shapes.items()})


def _plain(kind: str) -> np.dtype[Any]:
    """A dtype of numbers: anything else would let the child choose the parent's pointers."""
    if np.dtype(kind).kind not in "biuf":
        raise ValueError(f"{kind} is not a kind of number")
    return np.dtype(kind)


def _array(stream: IO[bytes], kind: np.dtype[Any], shape: tuple[int, ...]) -> Array:
    array = np.empty(shape, kind)
    view = array.reshape(-1).view(np.uint8).data
    while view:
        count = stream.readinto(view)  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        view = view[count:]
    return array


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data


def _cause_of_death(child: subprocess.Popen[bytes], limits: Limits) -> str:
    """Wait for a child that fell silent and say why."""
    code = child.wait()
    if code in (-signal.SIGKILL, -signal.SIGXCPU):
        return (
            f"Reading this file took more than the {limits.decode_seconds:g} seconds or the "
            f"{limits.decode_memory / 1e6:,.0f} MB allowed. Send a smaller part of it."
        )
    return _DAMAGED
