"""JSON documents, such as a fitted model, as plain Python values."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from gmm_engine.data.guards import content
from gmm_engine.data.limits import LIMITS, Limits
from gmm_engine.errors import UploadError


def read_json(source: bytes | str | Path, name: str | None = None, *, limits: Limits = LIMITS) -> Any:
    """Read a JSON document; what it means is for the caller to check, as `from_dict` does.

    Parameters
    ----------
    source : the file's bytes, or its path.
    name : for display only.
    limits : `document_bytes` applies.

    Raises
    ------
    UploadError : empty, too large, not JSON, cut short, or nested too deeply.

    Examples
    --------
    >>> read_json(b'{"weights": [0.5, 0.5]}')
    {'weights': [0.5, 0.5]}
    """
    data, _ = content(source, name, replace(limits, upload_bytes=limits.document_bytes))
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        where = f"{error.msg} in line {error.lineno}, character {error.colno}"
        raise UploadError(f"This file is not a JSON model, or it is cut short: {where}.") from None
    except RecursionError:
        raise UploadError("This file is not a JSON model: its lists are nested too deeply.") from None
    except ValueError:  # bytes that are no text, or numbers of thousands of digits
        raise UploadError(
            "This file is not a JSON model: it holds bytes or numbers that JSON has not."
        ) from None
