"""Ends with 0 if the app on this machine answers its health address, else with 1."""

from __future__ import annotations

import os
import sys
import urllib.request


def healthy(port: int) -> bool:
    """Whether the answer is "ok": any other address answers with the app's first page."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=4) as answer:
            return bool(answer.read() == b"ok")
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if healthy(int(os.environ.get("PORT", "8501"))) else 1)
