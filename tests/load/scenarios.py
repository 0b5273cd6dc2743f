"""What many visitors do: move sliders, queue for fits, come and leave, stay for long."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.browser.server import Server
from tests.load.process import processor_ms, resident_megabytes
from tests.load.visitor import Visitor, visit

# Page of examples -> the slider that is moved there, its range, and the link by which to come.
SLIDERS = {
    "synthetic_data": ("Components", 2, 9, ""),
    "clustering": ("At most", 3, 9, ""),
    "bic_selection": ("Components up to", 3, 9, ""),
    "em_steps": ("Components", 1, 6, "em_steps_start=k-means%2B%2B"),
}
SLOW = "synthetic_data_rows=300,000&synthetic_data_k=9&synthetic_data_draw="
LEFT_FOR = 65.0  # seconds after which a server forgets who left (disconnectedSessionTTL is 60)


@dataclass
class Hand:
    """Moves one visitor's slider a step up and down within its range, as a hand does."""

    visitor: Visitor
    dice: random.Random
    value: int = 0

    async def move(self) -> float:
        """One step; milliseconds until the page was complete."""
        label, low, high, _ = SLIDERS[self.visitor.page]
        self.value = self.value or (low + high) // 2
        steps = [step for step in (-1, 1) if low <= self.value + step <= high]
        self.value += self.dice.choice(steps)
        return await self.visitor.rerun(**{label: self.value})

    async def through(self) -> None:
        """Every position once."""
        label, low, high, _ = SLIDERS[self.visitor.page]
        for value in range(low, high + 1):
            await self.visitor.rerun(**{label: value})


def _guest(server: Server, i: int) -> AbstractAsyncContextManager[Visitor]:
    """The pages by turns."""
    page = list(SLIDERS)[i % len(SLIDERS)]
    return visit(server.port, page, SLIDERS[page][3])


async def sliders(
    server: Server, visitors: int = 50, moves: int = 12, pause: float = 3.0, known: bool = True
) -> dict[str, Any]:
    """Everybody moves a slider every `pause` seconds on average; what a move took, in milliseconds.

    With `known`, somebody has been at every position before: results on examples are kept for all.
    """
    times: list[float] = []
    complaints: list[str] = []
    used = 0.0

    async def one(i: int, everybody: asyncio.Barrier) -> None:
        nonlocal used
        dice = random.Random(i)
        await asyncio.sleep(10 * i / visitors)
        async with _guest(server, i) as visitor:
            await visitor.rerun()
            hand = Hand(visitor, dice)
            await hand.move()
            if known and i < len(SLIDERS):
                await hand.through()
            await everybody.wait()
            if i == 0:
                used = processor_ms(server.process.pid)
            for _ in range(moves):
                await asyncio.sleep(dice.uniform(0.5, 1.5) * pause)
                times.append(await hand.move())
            complaints.extend(visitor.complaints)

    barrier = asyncio.Barrier(visitors)
    started = time.perf_counter()
    await asyncio.gather(*(one(i, barrier) for i in range(visitors)))
    seconds = time.perf_counter() - started
    return {
        "visitors": visitors,
        "seconds_between_moves": pause,
        "positions_known": known,
        "moves": len(times),
        "seconds": round(seconds, 1),
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
        "worst_ms": round(max(times), 1),
        "server_cpu_ms_per_move": round((processor_ms(server.process.pid) - used) / len(times), 1),
        "errors": len(complaints),
        "first_errors": complaints[:3],
    }


async def queue(server: Server, visitors: int = 6, query: str = SLOW) -> dict[str, Any]:
    """Everybody asks for a long fit of their own at about the same time; who waited behind how many."""

    async def one(i: int) -> dict[str, Any]:
        await asyncio.sleep(0.5 * i)
        async with visit(server.port, "synthetic_data", f"{query}{i}") as visitor:
            took = await visitor.rerun()
            ended = time.perf_counter()
            return {"came": i, "ended": ended, "seconds": round(took / 1000, 2),
                    "ahead": places(visitor.told), "errors": visitor.complaints}  # fmt: skip

    rows = await asyncio.gather(*(one(i) for i in range(visitors)))
    served = [row["came"] for row in sorted(rows, key=lambda row: float(row.pop("ended")))]
    return {"visitors": rows, "served_in_order": served, "errors": sum(len(row["errors"]) for row in rows)}


def places(told: list[str]) -> list[int]:
    """Numbers of jobs ahead, as they were shown, repetitions left out.

    Examples
    --------
    >>> places(["Waiting: 2 jobs are ahead of yours.", "Waiting: 1 job is ahead of yours.", "Iteration 3"])
    [2, 1]
    """
    seen = [int(words.split()[1]) for words in told if words.startswith("Waiting: ")]
    return [place for i, place in enumerate(seen) if i == 0 or place != seen[i - 1]]


async def leave(server: Server, visitors: int = 200, patience: float = LEFT_FOR) -> dict[str, Any]:
    """Come, look, move once, and close the tab, all present at the same time; memory before and after."""
    pid = server.process.pid
    await _crowd(server, 8)
    await _forgotten(server, patience)
    before = resident_megabytes(pid)
    complaints, present = await _crowd(server, visitors)
    left = resident_megabytes(pid)
    await _forgotten(server, patience)
    after = resident_megabytes(pid)
    return {
        "visitors": visitors,
        "before_mb": round(before, 1),
        "all_present_mb": round(present, 1),
        "just_left_mb": round(left, 1),
        "after_mb": round(after, 1),
        "grown_percent": round(100 * (after / before - 1), 1),
        "errors": len(complaints),
    }


async def _crowd(server: Server, visitors: int) -> tuple[list[str], float]:
    """Visitors who are all there at once; what they complained of, and memory then."""
    everybody, complaints = asyncio.Barrier(visitors + 1), list[str]()
    gone = asyncio.Event()

    async def one(i: int) -> None:
        await asyncio.sleep(0.1 * i)
        async with _guest(server, i) as visitor:
            await visitor.rerun()
            await Hand(visitor, random.Random(i)).move()
            await everybody.wait()
            await gone.wait()
            complaints.extend(visitor.complaints)

    async with asyncio.TaskGroup() as crowd:
        for i in range(visitors):
            crowd.create_task(one(i))
        await everybody.wait()
        present = resident_megabytes(server.process.pid)
        gone.set()
    return complaints, present


async def _forgotten(server: Server, patience: float) -> None:
    """Wait until sessions are given up; Streamlit looks for them when somebody comes."""
    await asyncio.sleep(patience)
    for _ in range(2):
        async with visit(server.port, "home") as visitor:
            await visitor.rerun()
    await asyncio.sleep(2)


async def soak(server: Server, minutes: float = 30, visitors: int = 6, pause: float = 5.0) -> dict[str, Any]:
    """Some stay and move sliders, others come and leave; memory every half minute."""
    end = time.monotonic() + 60 * minutes
    times: list[float] = []
    complaints: list[str] = []

    async def stay(i: int) -> None:
        dice = random.Random(i)
        async with _guest(server, i) as visitor:
            await visitor.rerun()
            hand = Hand(visitor, dice)
            while time.monotonic() < end:
                times.append(await hand.move())
                await asyncio.sleep(dice.uniform(0.5, 1.5) * pause)
            complaints.extend(visitor.complaints)

    async def pass_by() -> None:
        i = 0
        while time.monotonic() < end:
            async with _guest(server, i) as visitor:
                await visitor.rerun()
                await asyncio.sleep(2 * pause)
                complaints.extend(visitor.complaints)
            i += 1

    memory = asyncio.create_task(_every(30, lambda: resident_megabytes(server.process.pid), end))
    await asyncio.gather(pass_by(), *(stay(i) for i in range(visitors)))
    return {
        "minutes": minutes,
        "visitors": visitors + 1,
        "moves": len(times),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
        "errors": len(complaints),
        "first_errors": complaints[:3],
        **growth(await memory),
    }


def growth(memory: list[float]) -> dict[str, Any]:
    """Memory twice a minute (MB), and how the last quarter compares with the second.

    Examples
    --------
    >>> growth([1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0])["grown_percent"]
    0.0
    """
    quarter = max(1, len(memory) // 4)
    second, last = memory[quarter : 2 * quarter] or memory, memory[-quarter:]
    grown = 100 * (statistics.median(last) / statistics.median(second) - 1)
    return {"memory_mb": [round(each, 1) for each in memory], "grown_percent": round(grown, 1)}


async def _every(seconds: float, measure: Callable[[], float], end: float) -> list[float]:
    found = [measure()]
    while time.monotonic() + seconds < end:
        await asyncio.sleep(seconds)
        found.append(measure())
    return found


SCENARIOS: dict[str, Callable[..., Awaitable[dict[str, Any]]]] = {
    "sliders": sliders,
    "sliders_first": partial(sliders, known=False),
    "queue": queue,
    "leave": leave,
    "soak": soak,
}
