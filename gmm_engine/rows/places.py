"""Where files are: local paths, globs, folders, and URLs such as ``s3://bucket/part-*.parquet``."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from typing import Any

from gmm_engine.errors import DataError

TABLES = ("*.parquet", "*.csv")


def find(source: Any) -> list[str]:
    """Every file that a path, glob, folder or URL, or a sequence of them, names; sorted within each.

    Raises
    ------
    DataError
        Nothing is there, or a URL needs a package that is not installed.
    """
    several = isinstance(source, Sequence) and not isinstance(source, str)
    found: list[str] = []
    for text in [os.fspath(part) for part in (source if several else [source])]:
        matches = _remote(text) if "://" in text else _local(text)
        if not matches:
            raise DataError(f"No file matches {text!r}; check the path, or quote the pattern in a shell.")
        found += matches
    if not found:
        raise DataError("No file was named.")
    return found


def opened(url: str) -> Any:
    """A file that pyarrow reads without holding the interpreter's lock where it can.

    Raises
    ------
    DataError
        The file cannot be opened.
    """
    import pyarrow as pa

    try:
        if "://" not in url:
            return pa.OSFile(url, "rb")
        return pa.PythonFile(_filesystem(url)[0].open(url, "rb"), mode="r")
    except OSError as error:
        raise DataError(f"{url}: cannot be opened: {error}") from error


def _local(text: str) -> list[str]:
    if os.path.isdir(text):
        return sorted(
            path for pattern in TABLES for path in glob.glob(os.path.join(glob.escape(text), pattern))
        )
    return [text] if os.path.isfile(text) else sorted(filter(os.path.isfile, glob.glob(text, recursive=True)))


def _remote(text: str) -> list[str]:
    system, path = _filesystem(text)
    try:
        if glob.has_magic(path):
            names = system.glob(path)
        elif system.isdir(path):
            names = [name for pattern in TABLES for name in system.glob(f"{path}/{pattern}")]
        else:
            names = [path] if system.exists(path) else []
    except OSError as error:
        raise DataError(f"{text}: cannot be listed: {error}") from error
    return sorted(system.unstrip_protocol(name) for name in names)


def _filesystem(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs

        system, path = url_to_fs(url)
        return system, path
    except ImportError as error:
        scheme = url.split("://")[0]
        raise DataError(
            f"{url}: reading from {scheme}:// needs another package ({error}). "
            'Install the extra "cluster" for fsspec, and the package it names for this kind of address.'
        ) from error
    except ValueError as error:
        raise DataError(f"{url}: {error}") from error
