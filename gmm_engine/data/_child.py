"""What runs in the decoder process; started by `_decode`, by path, never imported.

The request is the first argument, the file is standard input. The answer goes to
standard output: eight bytes of length, a JSON header, then the arrays' bytes.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import types
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parents[1]


def main() -> None:
    request = json.loads(sys.argv[1])
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a chatty decoder must not garble the answer
    _limit(request["memory"], request["cpu_seconds"])
    _bare_packages()
    header, arrays = _decoded(request)
    text = json.dumps(header).encode()
    answer.write(len(text).to_bytes(8, "little") + text)
    for array in arrays:
        answer.write(memoryview(array).cast("B") if array.size else b"")
    answer.flush()


def _limit(memory: int, cpu_seconds: int) -> None:
    try:
        import resource
    except ImportError:  # no such limits on this system; the clock still holds
        return
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # macOS knows RLIMIT_AS but refuses to lower it
            continue


def _bare_packages() -> None:
    """Make modules of the package importable without running its heavy ``__init__``."""
    for name, folder in (("gmm_engine", _PACKAGE), ("gmm_engine.data", _PACKAGE / "data")):
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


def _decoded(request: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    import numpy as np

    from gmm_engine.data.guards import reason
    from gmm_engine.errors import UploadError

    try:
        with open(0, "rb", closefd=False) as source:
            facts, arrays = _function(request)(source, **request["options"])
    except UploadError as error:
        return {"refused": str(error)}, []
    except MemoryError:
        return {
            "refused": "Reading this file needs more memory than is allowed. Send a smaller part of it."
        }, []
    except Exception as error:
        return {"refused": f"This file is damaged or not what it says{reason(error)}."}, []
    plain = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    table = [(name, array.dtype.str, array.shape) for name, array in plain.items()]
    return {"facts": facts, "arrays": table}, list(plain.values())


def _function(request: dict[str, Any]) -> Any:
    spec = importlib.util.spec_from_file_location(request["module"], request["file"])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[request["module"]] = module
    spec.loader.exec_module(module)
    return getattr(module, request["function"])


if __name__ == "__main__":
    main()
