"""The command line: the same fits as everywhere else, with progress, checkpoints and exit codes."""

from gmm_engine.cli.commands import main

__all__ = ["main"]
