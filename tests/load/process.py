"""What the system says of a running server (Linux)."""

from __future__ import annotations

import os
import time
from pathlib import Path


def resident_megabytes(pid: int) -> float:
    """Resident memory of a process, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def processor_ms(pid: int) -> float:
    """Processor time a process has used, in milliseconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """Processes a process has started and that still run."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def wait_until_idle(pid: int) -> None:
    """Wait until the server's kernels are compiled: no child, and rest for two seconds."""
    before = -1000.0
    while children(pid) or processor_ms(pid) - before > 100:
        before = processor_ms(pid)
        time.sleep(2)
