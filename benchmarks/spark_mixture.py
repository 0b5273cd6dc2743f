"""Seconds of one iteration of Spark MLlib's GaussianMixture; run by bench_scale in Spark's own environment.

python spark_mixture.py FILE.parquet K CORES
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def main(path: str, k: int, cores: int) -> None:
    from pyspark.ml.clustering import GaussianMixture
    from pyspark.ml.feature import VectorAssembler
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master(f"local[{cores}]")
        .config("spark.driver.memory", "8g")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    table = session.read.parquet(path)
    rows = (
        VectorAssembler(inputCols=table.columns, outputCol="features")
        .transform(table)
        .select("features")
        .cache()
    )
    count = rows.count()

    def seconds(iterations: int) -> tuple[float, Any]:
        start = time.perf_counter()
        model = GaussianMixture(k=k, maxIter=iterations, tol=0.0, seed=1).fit(rows)
        return time.perf_counter() - start, model

    seconds(1)
    once, _ = seconds(1)
    more, model = seconds(4)
    facts = {"rows": count, "seconds_per_iteration": (more - once) / 3, "version": session.version}
    print(json.dumps({**facts, "log_likelihood": model.summary.logLikelihood}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
