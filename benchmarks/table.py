"""Writing figures down: ``docs/benchmarks.md`` is made from a run and never by hand."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figure import Figure

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
_HEAD = """# Benchmarks

This page is written by `python -m benchmarks --write`; do not edit it. Every figure stands beside its *limit*: the bare
measure of the same work (plain NumPy, a plain bulk insert, a plain read of the file) taken in the same run on the same
machine. The ratio is the figure divided by its limit; for rates one would be perfect and more is better, for seconds
one would be perfect and less is better.
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one benchmark on one database."""

    name: str
    database: str
    size: int
    figures: Sequence[Figure]
    load: float


def load() -> float:
    """How many processes want the machine's cores just now."""
    return os.getloadavg()[0]


def text(all_measured: Sequence[Measured]) -> str:
    """The page as Markdown."""
    cores = os.cpu_count() or 1
    parts = [
        _HEAD,
        f"Measured on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC with Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}, {cores} cores.",
    ]
    if any(one.load > 1 for one in all_measured):
        parts.append(
            "The machine was shared with other work during this run (see the load at the start of each table), so "
            "seconds and rates are lower bounds of what it can do; compare the ratios."
        )
    for one in all_measured:
        parts.append(
            f"## `{one.name}`, {one.size:,} rows, {one.database}\n\n"
            f"Load at the start: {one.load:.1f} processes for {cores} cores.\n\n"
            "| Figure | Value | Unit | Limit | Ratio |\n|---|---:|---|---:|---:|\n"
            + "\n".join(_row(figure) for figure in one.figures)
        )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _row(figure: Figure) -> str:
    limit = "" if figure.limit is None else f"{figure.limit:,}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:g}"
    return f"| `{figure.name}` | {figure.value:,} | {figure.unit} | {limit} | {ratio} |"
