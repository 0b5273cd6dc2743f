"""Lay out a Hugging Face Space: python -m deploy.space ../space

Copies the files under version control, with the Dockerfile at the root where Spaces look for it. A
Space is shown inside a frame of another site, where browsers send no cookies: only there the
server does without the token against cross-site requests, and lets that site frame it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEADER = """---
title: GMM Studio
colorFrom: blue
colorTo: green
sdk: docker
app_port: 8501
pinned: false
license: bsd-3-clause
short_description: Fit Gaussian mixtures to your own data
---

"""
ONLY_IN_A_SPACE = """
# Only in a Space: another site shows it in a frame.
ENV STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION=false \\
    GMM_FRAME_ANCESTORS="'self' https://huggingface.co https://*.hf.space"
"""


def lay_out(target: Path) -> None:
    """Write the Space's files into `target`, which may be a checkout of the Space."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    (target / "Dockerfile").write_text(dockerfile + ONLY_IN_A_SPACE, encoding="utf-8")
    shutil.copy2(ROOT / "deploy" / "Dockerfile.dockerignore", target / "Dockerfile.dockerignore")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (target / "README.md").write_text(HEADER + readme, encoding="utf-8")


if __name__ == "__main__":
    lay_out(Path(sys.argv[1]))
