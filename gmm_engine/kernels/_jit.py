"""How every kernel is compiled: the one place for compiler options.

Kernels release the interpreter lock and run on one thread; `gmm_engine.threads`
spreads them. They compile at their first call and are cached on disk where the
folder is writable; a full disk costs time, not the answer. The fast-math flags leave NaN
and infinity alone: they carry meaning in densities.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numba.core.registry
import numba.extending

Function = TypeVar("Function", bound=Callable[..., Any])
FOLDER = Path(__file__).parent
FLAGS = {"contract", "reassoc", "nsz", "arcp"}
OPTIONS: Any = {"nogil": True, "fastmath": FLAGS, "error_model": "numpy"}


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of arrays and scalars."""
    try:
        compiled = numba.njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # no folder for the cache can be written
        return cast(Callable[..., Any], numba.njit(**OPTIONS)(function))
    _stamp_with_imports(compiled)
    _keep_if_possible(compiled)
    return cast(Callable[..., Any], compiled)


def _stamp_with_imports(compiled: Any) -> None:
    # Numba compares a cached kernel with its own file only; kernels call pieces of other
    # files, so an edit there must make them stale too.
    store: Any = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if hasattr(store, "_source_stamp"):
        sources = sorted(_sources(Path(compiled.py_func.__code__.co_filename).stem))
        store._source_stamp = tuple(_stamp(name) for name in sources)


def _keep_if_possible(compiled: Any) -> None:
    # Numba lets the error of a full disk out of the first call, when the machine code is there already.
    cache: Any = getattr(compiled, "_cache", None)
    save = getattr(cache, "save_overload", None)
    if save is None:
        return

    def save_if_possible(*arguments: Any) -> None:
        with suppress(OSError):
            save(*arguments)

    cache.save_overload = save_if_possible


def _sources(name: str, found: frozenset[str] = frozenset()) -> frozenset[str]:
    """The kernel file of that name and all kernel files it imports, directly or not."""
    path = FOLDER / f"{name}.py"
    if name in found or not path.exists():
        return found
    found |= {name}
    for imported in re.findall(r"^from gmm_engine\.kernels\.(\w+) import", path.read_text(), re.M):
        found = _sources(imported, found)
    return found


@cache
def _stamp(name: str) -> tuple[str, str]:
    """A file by its content: dates change with every checkout and image layer."""
    return name, hashlib.sha256((FOLDER / f"{name}.py").read_bytes()).hexdigest()


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a small piece that kernels call; the optimiser merges it into them."""
    return kernel(function)


def by_type(stub: Callable[..., Any]) -> Callable[[Function], Function]:
    """Register a chooser that returns `stub`'s body for the given numba types."""
    return cast(Callable[[Function], Function], numba.extending.overload(stub, jit_options=OPTIONS))


def ready_mark() -> Path:
    """The file whose presence says that these kernels lie on the disk for this processor."""
    content = b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.py")))
    processor = numba.core.registry.cpu_target.target_context.codegen().magic_tuple()
    words = f"{numba.__version__} {processor}".encode()
    settings: Any = numba.config
    folder = Path(settings.CACHE_DIR or FOLDER / "__pycache__")
    return folder / f"ready-{hashlib.sha256(content + words).hexdigest()[:16]}"
