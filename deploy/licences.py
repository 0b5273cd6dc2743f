"""What the app is made of, and under which licences.

    python -m deploy.licences                   a table of all packages with their licences
    python -m deploy.licences --sbom sbom.json  a software bill of materials (CycloneDX 1.6)

Reads the packages of ``requirements.txt`` as they are installed beside this Python. Libraries
inside wheels and files of others in the repository are no packages: they are listed here by hand.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LONGEST_NAME = 60
# What packages write where they give no SPDX expression.
SPDX = (
    ("MIT", "MIT"), ("BSD", "BSD-3-Clause"), ("Apache", "Apache-2.0"), ("ISC", "ISC"), ("MPL", "MPL-2.0"),
    ("Lesser", "LGPL-3.0-or-later"), ("LGPL", "LGPL-3.0-or-later"), ("Python Software", "PSF-2.0"),
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One package, or one library or file inside: `where` says in what it comes."""

    name: str
    version: str
    licence: str
    where: str = ""


# Libraries that wheels carry, and files of others that lie in this repository.
INSIDE = (
    Part("FFmpeg", "", "LGPL-3.0-or-later", "av"),
    Part("x264, x265", "", "GPL-2.0-or-later", "av"),
    Part("libheif, libde265", "", "LGPL-3.0-or-later", "pi-heif"),
    Part("libsndfile", "", "LGPL-2.1-or-later", "soundfile"),
    Part("libsoxr", "", "LGPL-2.1-or-later", "soxr"),
    Part("libpq", "", "PostgreSQL", "psycopg-binary"),
    Part("OpenBLAS", "", "BSD-3-Clause", "numpy, scipy"),
    Part("libgfortran", "", "GPL-3.0-or-later WITH GCC-exception-3.1", "numpy, scipy"),
    Part("LLVM", "", "Apache-2.0 WITH LLVM-exception", "llvmlite"),
    Part("plotly.js", "", "MIT", "plotly, pages/_ui/charts/library"),
    Part("Inter, Source Serif 4, Source Code Pro", "", "OFL-1.1", "pages/_ui/static"),
    Part("spoken words", "", "CC0-1.0", "gmm_engine/data/assets"),
)


def parts(requirements: Path = ROOT / "requirements.txt") -> list[Part]:
    """The packages that are locked and installed here, by name."""
    found = []
    for name in _locked(requirements):
        try:
            about = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # locked for another system or another Python
        found.append(Part(name, about.version, licence(about)))
    return found


def licence(about: importlib.metadata.Distribution) -> str:
    """A package's licence as an SPDX expression where one can be told, else in its own words."""
    meta = about.metadata
    expression = str(meta.get("License-Expression") or "")
    classifiers = [row.split(" :: ")[-1] for row in meta.get_all("Classifier") or [] if "License ::" in row]
    text = str(meta.get("License") or "").strip()
    short = text if text and "\n" not in text and len(text) <= LONGEST_NAME else ""
    words = expression or " AND ".join(_spdx(row) for row in classifiers if row != "OSI Approved")
    return words or _spdx(short) or "see the package's own file"


def _spdx(words: str) -> str:
    return next((name for sign, name in SPDX if sign in words), words)


def bill(found: list[Part]) -> dict[str, Any]:
    """The parts as a CycloneDX document."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = str(project["name"]), str(project["version"])
    root = f"pkg:pypi/{name}@{version}"
    components = [_component(part) for part in found]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": _serial(components),
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": root, "name": name, "version": version, "purl": root,
                "licenses": [{"expression": str(project["license"])}],
            }
        },
        "components": components,
        "dependencies": [{"ref": root, "dependsOn": [row["bom-ref"] for row in components]}],
    }  # fmt: skip


def _component(part: Part) -> dict[str, Any]:
    if part.where:
        own = {"bom-ref": f"inside:{part.name}", "name": part.name, "description": f"in {part.where}"}
    else:
        purl = f"pkg:pypi/{part.name}@{part.version}"
        own = {"bom-ref": purl, "name": part.name, "version": part.version, "purl": purl}
    plain = re.fullmatch(r"[\w.+-]+( (AND|OR|WITH) [\w.+-]+)*", part.licence)
    told = {"expression": part.licence} if plain else {"license": {"name": part.licence}}
    return {"type": "library", **own, "licenses": [told]}


def _serial(components: list[dict[str, Any]]) -> str:
    """The same parts have the same number."""
    digest = hashlib.sha256(json.dumps(components).encode()).hexdigest()
    groups = (digest[:8], digest[8:12], f"4{digest[13:16]}", f"8{digest[17:20]}", digest[20:32])
    return "urn:uuid:" + "-".join(groups)


def _locked(requirements: Path) -> list[str]:
    return re.findall(r"^([\w.-]+)==", requirements.read_text(encoding="utf-8"), re.M)


def main() -> None:
    """Print the table, or write the bill of materials."""
    asked = argparse.ArgumentParser(description="What the app is made of, and under which licences.")
    asked.add_argument("--sbom", type=Path, help="write a CycloneDX document there instead")
    target = asked.parse_args().sbom
    found = [*parts(), *INSIDE]
    if target is not None:
        target.write_text(json.dumps(bill(found), indent=1) + "\n", encoding="utf-8")
        return
    width = max(len(part.name) for part in found)
    for part in found:
        inside = f"  (in {part.where})" if part.where else ""
        print(f"{part.name:{width}}  {part.version:12}  {part.licence}{inside}")


if __name__ == "__main__":
    main()
