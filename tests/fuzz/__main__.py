"""Run cases in worker processes that may die; count what became of them.

Formats that the app decodes in a child of their own are decoded so here too, case by case.
A run that ends writes its row of benchmarks/results/fuzz.json.

A case fails if it raises anything but `GMMError`, takes over two seconds of processor
time, or takes the worker down. Its bytes are kept, and `--replay FILE` runs it again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import traceback
from collections import Counter
from contextlib import suppress
from pathlib import Path

from gmm_engine.data import _decode
from gmm_engine.errors import GMMError
from tests.data_dir import ROOT
from tests.fuzz.nursery import Nursery
from tests.fuzz.targets import TARGETS

FOLDER = ROOT / "artifacts" / "fuzz"
RESULTS = ROOT / "benchmarks" / "results" / "fuzz.json"
COMMAND = [sys.executable, "-m", "tests.fuzz", "--reader"]
SLOW_SECONDS = 2.0
HANG_SECONDS = 7200


def main() -> int:
    options = _options()
    if options.replay:
        with suppress(GMMError):
            TARGETS[options.reader].read(options.replay.read_bytes())
        return 0
    if options.worker:
        return _work(options.reader, *options.worker)
    return _run(options.reader, options.cases)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--reader", choices=TARGETS, required=True)
    parser.add_argument("--cases", type=int, default=100_000, help="run up to this case number")
    parser.add_argument("--replay", type=Path, help="run the bytes of one file and show what happens")
    parser.add_argument("--worker", type=int, nargs=2, metavar=("START", "STOP"), help=argparse.SUPPRESS)
    return parser.parse_args()


def _run(reader: str, cases: int) -> int:
    """Batches of cases in workers, from where the last run stopped, even within a batch."""
    state = _mended(reader, _merged(_state(reader), _report(reader)))
    _write(_path(reader), state)  # the next worker's report takes the place of the last one's
    while state["next"] < cases:
        stop = min(state["next"] + TARGETS[reader].batch, cases)
        state = _batch(reader, state, stop)
        _write(_path(reader), state)
        print(f"{reader}: {state['next']:,} of {cases:,} {state['outcomes']}", flush=True)
    print(json.dumps(state, indent=1))
    _publish(reader, state)
    return 1 if state["failures"] else 0


def _mended(reader: str, state: dict) -> dict:
    """The state without the failures that are none any more."""

    def fails(failure: dict) -> bool:
        case = str(FOLDER / reader / f"{failure['case']}.bin")
        return bool(subprocess.run([*COMMAND, reader, "--replay", case], cwd=ROOT, check=False).returncode)

    left = [failure for failure in state["failures"] if fails(failure)]
    mended = state.get("mended", 0) + len(state["failures"]) - len(left)
    return state | {"failures": left, "mended": mended}


def _publish(reader: str, state: dict) -> None:
    """The reader's row in the table of results."""
    table = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    table[reader] = {
        "cases": state["next"],
        "outcomes": dict(sorted(state["outcomes"].items())),
        "failures": len(state["failures"]),
        "mended_failures": state.get("mended", 0),
        "slowest_case_s": state["slowest"],
    }
    _write(RESULTS, dict(sorted(table.items())))


def _batch(reader: str, state: dict, stop: int) -> dict:
    """One worker's cases; if it died, the case it was at is a failure and the next run starts behind it."""
    command = [*COMMAND, reader, "--worker", str(state["next"]), str(stop)]
    try:
        code = subprocess.run(command, cwd=ROOT, timeout=HANG_SECONDS, check=False).returncode
    except subprocess.TimeoutExpired:
        code = -1
    state = _merged(state, _report(reader))
    if code:
        stride = TARGETS[reader].stride
        what = f"the worker ended with {code} at this case or one of {stride - 1} after it"
        state["failures"].append({"case": state["next"], "what": what})
        _keep(reader, state["next"])
        state["next"] = min(state["next"] + stride, stop)
    return state


def _merged(state: dict, path: Path) -> dict:
    """The state after what a worker reported, if it began where the state ends."""
    report = json.loads(path.read_text()) if path.exists() else {"start": -1}
    if report["start"] != state["next"]:
        return state
    return state | {
        "next": report["next"],
        "outcomes": dict(Counter(state["outcomes"]) + Counter(report["outcomes"])),
        "failures": state["failures"] + report["failures"],
        "slowest": max(state["slowest"], report["slowest"]),
    }


def _work(reader: str, start: int, stop: int) -> int:
    target = TARGETS[reader]
    seeds = target.seeds()
    nursery = Nursery(str(_decode._CHILD), _decode._ENVIRONMENT, target.modules)
    _decode.subprocess = nursery
    report = {"start": start, "next": start, "outcomes": Counter(), "failures": [], "slowest": 0.0}
    target.read(seeds[0])  # imports are not part of a case
    for case in range(start, stop):
        if (case - start) % target.stride == 0:
            _write(_report(reader), report | {"next": case})
        data = target.case(seeds, case)
        outcome, seconds, trace = _case(target.read, data, nursery)
        report["outcomes"][outcome] += 1
        report["slowest"] = max(report["slowest"], round(seconds, 3))
        if trace or seconds > SLOW_SECONDS:
            report["failures"].append({"case": case, "what": trace or f"{seconds:.1f} s"})
            _keep(reader, case)
    _write(_report(reader), report | {"next": stop})
    nursery.close()
    return 0


def _case(read, data: bytes, nursery: Nursery) -> tuple[str, float, str]:
    """What became of one case: its outcome, processor time with children's, and a trace if it failed."""
    before = time.process_time() + nursery.seconds
    outcome, trace = "read", ""
    try:
        read(data)
    except GMMError as error:
        outcome = type(error).__name__
    except Exception as error:
        outcome, trace = f"failed: {type(error).__name__}", traceback.format_exc(limit=-4)
    return outcome, time.process_time() + nursery.seconds - before, trace


def _keep(reader: str, case: int) -> None:
    target = TARGETS[reader]
    folder = FOLDER / reader
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{case}.bin").write_bytes(target.case(target.seeds(), case))


def _path(reader: str) -> Path:
    return FOLDER / f"{reader}.json"


def _report(reader: str) -> Path:
    return FOLDER / f"{reader}.worker.json"


def _state(reader: str) -> dict:
    path = _path(reader)
    fresh = {"next": 0, "outcomes": {}, "failures": [], "slowest": 0.0}
    return json.loads(path.read_text()) if path.exists() else fresh


def _write(path: Path, value: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, indent=1) + "\n")
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
