"""Where the tests' Chromium is; with ``--install``, see to it that there is one.

A system Chromium comes first: it has every library it needs. Then Debian's
package, when we may install it, and Playwright's own build everywhere else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = ("Google Chrome", "Chromium")


def find_browser() -> str | None:
    """Path of a Chromium that starts: $CHROMIUM, the system's, or Playwright's; None without."""
    return next((path for path in _candidates() if _starts(path)), None)


def _candidates() -> Iterator[str]:
    on_path = [shutil.which(name) for name in NAMES]
    on_mac = [f"/Applications/{name}.app/Contents/MacOS/{name}" for name in MAC]
    for path in [os.environ.get("CHROMIUM"), *on_path, *on_mac]:
        if path and Path(path).exists():
            yield path
    own = _playwrights_own()  # asked last: it takes a second
    if own and Path(own).exists():
        yield own


def _playwrights_own() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _starts(path: str) -> bool:
    """Whether it answers: Ubuntu's package is a stub that only points to a snap."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def install() -> None:
    """Debian's package when root on Debian, otherwise Playwright's build."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and _is_debian():
        subprocess.run(["apt-get", "update", "-q"], check=True)
        packages = ["chromium", "fonts-dejavu-core"]
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages], check=True)
        return
    libraries = ["--with-deps"] if root and sys.platform == "linux" else []
    subprocess.run([sys.executable, "-m", "playwright", "install", *libraries, "chromium"], check=True)


def _is_debian() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text(encoding="utf-8").split()


def main(arguments: list[str]) -> int:
    """Print the browser's path; the exit status says whether there is one."""
    path = find_browser()
    if path is None and "--install" in arguments:
        install()
        path = find_browser()
    if path is None:
        print(
            "No Chromium starts here. Install one (Debian: sudo apt install chromium; Ubuntu: "
            "sudo .venv/bin/playwright install-deps chromium), or set CHROMIUM to its path.",
            file=sys.stderr,
        )
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
