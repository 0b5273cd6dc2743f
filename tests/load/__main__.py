"""Measure one server under load: ``python -m tests.load sliders queue leave soak --minutes 30``.

Each scenario gets a fresh server; results go to ``benchmarks/results/load.json``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform

from tests.browser.server import Server
from tests.data_dir import ROOT
from tests.load.process import wait_until_idle
from tests.load.scenarios import SCENARIOS

RESULT = ROOT / "benchmarks" / "results" / "load.json"
TARGETS = {"sliders.p95_ms": 250, "sliders.errors": 0, "leave.grown_percent": 10, "soak.grown_percent": 0}


def main() -> None:
    """Run the scenarios asked for and keep what they found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "scenarios", nargs="*", choices=[[], *SCENARIOS], default=["sliders", "queue", "leave"]
    )
    parser.add_argument("--minutes", type=float, default=30, help="length of the soak")
    asked = parser.parse_args()
    for name in asked.scenarios:
        options = {"minutes": asked.minutes} if name == "soak" else {}
        server = Server()
        try:
            wait_until_idle(server.process.pid)
            found = asyncio.run(SCENARIOS[name](server, **options))
            found["tracebacks"] = server.logged().count("Traceback")
        finally:
            server.stop()
        found["load_average"] = round(os.getloadavg()[0], 1)
        print(name, json.dumps(found))
        keep(name, found)


def keep(name: str, found: dict[str, object]) -> None:
    """Put one scenario's result beside the others."""
    document = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    document |= {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "targets": TARGETS,
        name: found,
    }
    RESULT.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
