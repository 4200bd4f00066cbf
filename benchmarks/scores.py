"""Scores of ``size`` people with three figures each, beside a plain NumPy script over the same columns.

The script is what somebody would write down who needs the scores once: rounded the same way, nothing contained, no
trace.
No database is asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from benchmarks.figure import Figure
from performance.rules.scoring import Lines, Scale, score

SIZE = 100_000
FIGURES = 3
TURNS = 15
Ints = npt.NDArray[np.int64]


def run(size: int, database_url: str) -> Iterable[Figure]:
    """Milliseconds of all scores, beside the script."""
    del database_url
    lines = lines_of(size)
    if not np.array_equal(score(lines).points, plain(lines.actual, lines.target, lines.weight)):
        raise RuntimeError("the script comes to other scores")
    ours = min(_timed(lambda: score(lines)) for _turn in range(TURNS))
    theirs = min(_timed(lambda: plain(lines.actual, lines.target, lines.weight)) for _turn in range(TURNS))
    yield Figure("scores.milliseconds", round(ours, 2), "ms", round(theirs, 2))


def lines_of(people: int) -> Lines:
    """Figures of so many people, drawn from a seed."""
    source = np.random.default_rng(20261123)
    rows = people * FIGURES
    return Lines(
        np.arange(0, rows, FIGURES, dtype=np.int64), source.integers(1, 200_000_000, rows),
        source.integers(50_000_000, 150_000_000, rows), np.tile(np.array([500_000, 300_000, 200_000]), people),
        np.zeros(rows, np.int64), np.zeros(rows, bool), (Scale(floor=600_000),),
    )  # fmt: skip


def plain(actual: Ints, target: Ints, weight: Ints) -> Ints:
    """The script: hundredths of points."""
    reached = (actual * 1_000_000 + target // 2) // target
    worth = np.minimum(reached, 1_200_000)
    worth[reached < 600_000] = 0
    total = (weight * worth).reshape(-1, FIGURES).sum(axis=1)
    points: Ints = (total + 50_000_000) // 100_000_000
    return points


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
