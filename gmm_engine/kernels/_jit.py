"""How every kernel is compiled: the one place for compiler options.

Kernels release the interpreter lock and run on one thread; `gmm_engine.threads`
spreads them. They compile at their first call and are cached on disk where the
folder is writable. The fast-math flags leave NaN and infinity alone: they carry
meaning in densities.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])
FLAGS = frozenset({"contract", "reassoc", "nsz", "arcp"})


def kernel(function: Function) -> Function:
    """Compile a function of arrays and scalars."""
    compiled = numba.njit(cache=True, nogil=True, fastmath=FLAGS, error_model="numpy")(function)
    return cast(Function, compiled)


def inlined(function: Function) -> Function:
    """Compile a small piece that kernels call; it is merged into them."""
    compiled = numba.njit(
        cache=True, nogil=True, fastmath=FLAGS, error_model="numpy", inline="never"
    )(function)
    return cast(Function, compiled)
