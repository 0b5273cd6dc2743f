"""What can be asked on the command line, and how a command ends."""

from __future__ import annotations

import argparse
import signal
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from sklearn.exceptions import ConvergenceWarning
from sklearn.utils._param_validation import InvalidParameterError

from gmm_engine.cli import describing, fitting, scoring, selecting
from gmm_engine.covariance import NAMES
from gmm_engine.errors import GMMError
from gmm_engine.selection.sweep import CRITERIA

FAILED, INTERRUPTED = 1, 130
EPILOG = """examples:
  python -m gmm_engine describe 'data/*.parquet'
  python -m gmm_engine fit 'data/*.parquet' --components 5 --out model.json
  python -m gmm_engine fit s3://bucket/day-*.parquet --components 5 --out model.json --resume
  python -m gmm_engine select rows.csv --components 1-9 --covariance all --out best.json
  python -m gmm_engine score model.json new.parquet --out scores.parquet
  python -m gmm_engine sample model.json --rows 1000000 --out drawn.parquet

exit codes:
  0 done   1 the data, the model, a file or the cluster is at fault   2 wrong arguments
  3 fitted and written, but not converged   130 interrupted (a checkpoint was kept)

GMM_SCHEDULER=tcp://host:8786 (or --scheduler) sends the work to a Dask cluster whose workers can
read the files; GMM_THREADS limits the threads used here. Models are the dashboard's model JSON."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    asked = _parser().parse_args(arguments)
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the exit code and a sentence say it
            return int(asked.run(asked))
    except (GMMError, InvalidParameterError, OSError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    kind = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        "python -m gmm_engine",
        description="Gaussian mixtures of rows that need not fit into memory.",
        epilog=EPILOG,
        formatter_class=kind,
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, text, arguments in (
        ("fit", "fit one mixture", _fit),
        ("select", "choose the number of components and the covariance family", _select),
        ("score", "log density and component of each row, or a summary", _score),
        ("sample", "draw rows from a model", _sample),
        ("describe", "say what is in files, or in a model", _describe),
    ):
        command = commands.add_parser(
            name, help=text, description=f"{text}.".capitalize(), epilog=EPILOG, formatter_class=kind
        )
        arguments(command)
        command.add_argument("--quiet", action="store_true", help="no progress on the error stream")
    return parser


def _fit(command: argparse.ArgumentParser) -> None:
    _source(command)
    command.add_argument("--components", "-k", type=int, default=None, help="number of components")
    command.add_argument("--covariance", choices=NAMES, default=None, help="covariance family (default full)")
    command.add_argument("--init", default="auto", help="kind of start: auto, kmeans, k-means++, random, ...")
    command.add_argument("--start", metavar="MODEL.json", help="begin at this model's parameters")
    command.add_argument("--noise", action="store_true", help="add a uniform component for stray rows")
    _stopping(command, tol=1e-3, max_iter=200, reg_covar=1e-6)
    _keeping(command, "iterations", 10)
    command.set_defaults(run=fitting.run)


def _select(command: argparse.ArgumentParser) -> None:
    _source(command)
    command.add_argument(
        "--components", "-k", type=counts, default=counts("1-9"), help="such as 1-9 or 2,4,8"
    )
    command.add_argument("--covariance", default="all", help="all, or families such as EII,VVV (default all)")
    command.add_argument("--criterion", choices=CRITERIA, default="bic")
    command.add_argument("--table", metavar="FILE.csv", help="also write every candidate")
    _stopping(command, tol=3e-5, max_iter=1000, reg_covar=0.0)
    _keeping(command, "candidates", 1)
    command.set_defaults(run=selecting.run)


def _score(command: argparse.ArgumentParser) -> None:
    command.add_argument("model", help="model JSON")
    _source(command, columns=False)
    command.add_argument("--out", metavar="FILE", help="write log_density and component of each row here")
    command.set_defaults(run=scoring.score)


def _sample(command: argparse.ArgumentParser) -> None:
    command.add_argument("model", help="model JSON")
    command.add_argument("--rows", "-n", type=int, required=True, help="how many rows")
    command.add_argument("--out", metavar="FILE", required=True, help="Parquet, or text if it ends in .csv")
    command.add_argument("--dtype", choices=("float32", "float64"), default="float64")
    command.add_argument("--labels", action="store_true", help="also write each row's component")
    command.add_argument("--seed", type=int, default=0)
    command.set_defaults(run=scoring.sample)


def _describe(command: argparse.ArgumentParser) -> None:
    _source(command)
    command.set_defaults(run=describing.run)


def _source(command: argparse.ArgumentParser, columns: bool = True) -> None:
    command.add_argument("source", nargs="+", help="Parquet or delimited files, folders, patterns or URLs")
    if columns:
        command.add_argument(
            "--columns", type=_names, default=None, help="such as x,y,z (default: all numbers)"
        )
    command.add_argument("--dtype", choices=("float32", "float64"), default=None, help="precision")
    command.add_argument("--scheduler", default=None, help="Dask scheduler, such as tcp://host:8786")


def _stopping(command: argparse.ArgumentParser, tol: float, max_iter: int, reg_covar: float) -> None:
    text = f"stop when the log-likelihood per row changes by less (default {tol:g})"
    command.add_argument("--tol", type=float, default=tol, help=text)
    command.add_argument("--max-iter", type=int, default=max_iter, help=f"default {max_iter}")
    text = f"added to every variance (default {reg_covar:g})"
    command.add_argument("--reg-covar", type=float, default=reg_covar, help=text)
    text = "rows with empty cells: refuse them, or use what is known of them"
    command.add_argument("--missing", choices=("error", "em"), default="error", help=text)
    command.add_argument("--seed", type=int, default=0, help="of everything random (default 0)")


def _keeping(command: argparse.ArgumentParser, unit: str, every: int) -> None:
    command.add_argument("--out", metavar="MODEL.json", required=True, help="where the model is written")
    text = f"write OUT.checkpoint every so many {unit} (default {every})"
    command.add_argument("--checkpoint-every", type=int, default=every, metavar="N", help=text)
    command.add_argument("--resume", action="store_true", help="go on from OUT.checkpoint if it is there")


def counts(text: str) -> tuple[int, ...]:
    """Numbers of components from "1-9" or "2,4,8"."""
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        try:
            found += range(int(first), int(last if dash else first) + 1)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is none of 5, 1-9 or 2,4,8") from None
    return tuple(found)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]
