"""Rows beyond memory: python -m benchmarks.bench_scale [part ...]

Parts, each of which adds its rows to results/scale.json: `file` (100,000,000 x 3 float32 rows
in one Parquet file: time beside reading alone, and peak memory), `flat` (cost per row from 1e5 to
1e8), `cluster` (two Dask worker processes beside one, and bytes on the wire) and `spark` (Spark
MLlib's GaussianMixture on 10,000,000 rows; GMM_SPARK_PYTHON names a Python that has pyspark).
Files are made in a temporary folder, or kept in GMM_SCALE_FOLDER for the next part.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.compare import RESULTS, seconds, write
from gmm_engine import GaussianMixture, open_rows
from gmm_engine.rows import Frame, PiecedRows
from gmm_engine.types import Params

K, D, BLOCK = 5, 3, 1 << 20
MOST = 100_000_000
MEANS = np.random.default_rng(0).normal(0, 3, (K, D))
ROUNDS = 2
DISK_BYTES = 4_000_000_000


def make(folder: Path, n: int, plain: bool = False) -> Path:
    """n rows of five blobs as float32 Parquet in row groups of 2^20, as pyarrow writes by default.

    With `plain`, neither compressed nor with dictionaries: nothing is faster to read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / f"{'plain' if plain else 'rows'}-{n}.parquet"
    options: dict[str, Any] = {"compression": "none", "use_dictionary": False} if plain else {}
    if path.exists():
        return path
    rng = np.random.default_rng(1)
    schema = pa.schema([(f"x{f}", pa.float32()) for f in range(D)])
    with pq.ParquetWriter(path, schema, **options) as writer:
        for start in range(0, n, BLOCK):
            size = min(BLOCK, n - start)
            X = rng.standard_normal((size, D), np.float32)
            X += MEANS.astype(np.float32)[rng.integers(K, size=size)]
            writer.write_table(pa.table(dict(zip(schema.names, X.T.copy(), strict=True)), schema=schema))
    return path


def start() -> Params:
    means = MEANS + np.random.default_rng(2).normal(0, 0.3, (K, D))
    return Params(np.full(K, 1 / K), means, np.tile(np.eye(D), (K, 1, 1)))


def pieced(path: Path, scheduler: str = "") -> PiecedRows:
    return PiecedRows(open_rows(str(path), scheduler=scheduler), Frame(np.zeros(D)))


def best(call: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, list[float]]:
    """Least wall seconds of some rounds after a warm-up: what else runs only ever adds to them."""
    call()
    times = [seconds(call) for _ in range(rounds)]
    return min(times), times


def read_alone(path: Path, threads: int) -> int:
    """Read every batch of the file on so many threads, and do nothing with it."""
    import pyarrow.parquet as pq

    def group(number: int) -> int:
        file = pq.ParquetFile(path)
        return sum(batch.num_rows for batch in file.iter_batches(BLOCK // 8, [number], use_threads=False))

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(group, range(pq.ParquetFile(path).num_row_groups)))


def file_part(folder: Path) -> list[dict[str, Any]]:
    """One iteration over the big file, in a process of its own for its peak memory."""
    found = []
    for plain in (False, True):
        path = make(folder, MOST, plain)
        command = [sys.executable, "-m", "benchmarks.bench_scale", "--alone", str(path)]
        facts = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        kind = "plain pages" if plain else "as pyarrow writes by default"
        size = path.stat().st_size / 1e9
        ratio = round(facts["iteration_seconds"] / facts["reading_seconds"], 2)
        case = f"{MOST} x {D} float32, k={K}, {kind}, {size:.2f} GB"
        found.append({"case": case, "iteration_beside_reading": ratio, **facts})
    return found


def alone(path: Path) -> None:
    """Fit for one iteration (first look and start included), then time iterations beside reading."""
    import pyarrow.parquet as pq

    rows, params = pieced(path), start()
    fit = seconds(lambda: GaussianMixture(K, max_iter=1, tol=0, random_state=0).fit(str(path)))
    iteration, iterations = best(lambda: rows.estep(params))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    reading, readings = best(lambda: read_alone(path, len(os.sched_getaffinity(0))))
    whole, wholes = best(lambda: pq.read_table(path).num_rows, 2)
    processor = [
        _processor_seconds(call) for call in (lambda: rows.estep(params), lambda: read_alone(path, 2))
    ]
    facts = {
        "iteration_seconds": iteration,
        "reading_seconds": reading,
        "read_table_seconds": whole,
        "fit_of_one_iteration_seconds": fit,
        "peak_bytes": peak,
        "processor_seconds": {"iteration": processor[0], "reading": processor[1]},
        "runs": {"iteration": iterations, "reading": readings, "read_table": wholes},
    }
    print(json.dumps(facts))


def _processor_seconds(call: Callable[[], Any]) -> float:
    """Processor time of all threads of this process."""
    before = time.process_time()
    call()
    return time.process_time() - before


def flat_part(folder: Path) -> list[dict[str, Any]]:
    """Nanoseconds per row of one iteration on one thread, so that few rows do not look dear."""
    os.environ["GMM_THREADS"] = "1"
    found = []
    for n in (100_000, 1_000_000, 10_000_000, MOST):
        rows, params = pieced(make(folder, n)), start()
        value, runs = best(lambda rows=rows, params=params: rows.estep(params), 7 if n < MOST else 2)
        found.append({"case": f"{n} rows, one thread", "nanoseconds_per_row": value / n * 1e9, "runs": runs})
    del os.environ["GMM_THREADS"]
    return found


def cluster_part(folder: Path) -> list[dict[str, Any]]:
    """One iteration by one and by two worker processes, and what went over the loopback device."""
    from distributed import LocalCluster

    path, found = make(folder, MOST), {}
    for workers in (1, 2):
        options = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
        with LocalCluster(processes=True, protocol="tcp", host="127.0.0.1", **options) as cluster:
            rows, params = pieced(path, cluster.scheduler_address), start()
            found[workers] = best(lambda rows=rows, params=params: rows.estep(params))
            before = _loopback()
            rows.estep(params)
            wire = _loopback() - before
            rows.source.client.close()
    tasks = len(rows.source._parts)
    return [
        {
            "case": f"{MOST} x {D} float32, k={K}, Dask worker processes of one thread",
            "one_worker_seconds": found[1][0],
            "two_workers_seconds": found[2][0],
            "times_faster": round(found[1][0] / found[2][0], 2),
            "bytes_on_the_wire_per_iteration": wire,
            "tasks": tasks,
            "bytes_per_task": round(wire / tasks),
            "runs": {"one": found[1][1], "two": found[2][1]},
        }
    ]


def _loopback() -> int:
    """Bytes that the loopback device has carried."""
    for line in Path("/proc/net/dev").read_text().splitlines():
        name, _, counters = line.partition(":")
        if name.strip() == "lo":
            return int(counters.split()[0])
    return 0


def spark_part(folder: Path) -> list[dict[str, Any]]:
    """One iteration on 10,000,000 rows; ours from the file each time, Spark's from its cache."""
    python = os.environ.get("GMM_SPARK_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import pyspark"], capture_output=True).returncode:
        print("spark: left out, since GMM_SPARK_PYTHON names no Python that has pyspark")
        return []
    path = make(folder, 10_000_000)
    rows, params = pieced(path), start()
    ours, runs = best(lambda: rows.estep(params), 5)
    command = [python, str(Path(__file__).with_name("spark_mixture.py")), str(path), str(K), "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    spark = json.loads(done.stdout.splitlines()[-1])
    return [
        {
            "case": f"10,000,000 x {D}, k={K}, one iteration, two cores",
            "wanted": 20,
            "gmm_engine_seconds": ours,
            "spark_seconds": spark["seconds_per_iteration"],
            "times_ours": round(spark["seconds_per_iteration"] / ours, 1),
            "spark": spark,
            "runs": runs,
        }
    ]


PARTS = {"file": file_part, "flat": flat_part, "cluster": cluster_part, "spark": spark_part}


def main(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(os.environ.get("GMM_SCALE_FOLDER", temporary))
        free = shutil.disk_usage(folder).free
        if free < DISK_BYTES:
            raise SystemExit(f"{folder} has {free / 1e9:.1f} GB left; {DISK_BYTES / 1e9:.0f} are needed.")
        for name in names or list(PARTS):
            found = [{"part": name, **row} for row in PARTS[name](folder)]
            path = RESULTS / "scale.json"
            known = json.loads(path.read_text())["results"] if path.exists() else []
            kept = [row for row in known if row["part"] != name or not found]
            write("scale", kept + found)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        alone(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["--make"]:
        for number in (100_000, 1_000_000, 10_000_000, MOST):
            make(Path(os.environ["GMM_SCALE_FOLDER"]), number)
        make(Path(os.environ["GMM_SCALE_FOLDER"]), MOST, plain=True)
    else:
        main(sys.argv[1:])
