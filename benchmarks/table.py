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
one would be perfect and less is better. Where the load at the start is above one, the machine was
shared with other work: seconds and rates are then lower bounds of what it can do; compare the ratios.
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


def text(all_measured: Sequence[Measured], before: str = "") -> str:
    """The page as Markdown. Of the page ``before`` the tables of what was not measured now stay as they are."""
    measured = {(one.name, one.database): f"{_title(one)}\n\n{_table(one)}" for one in all_measured}
    parts = [_HEAD, *(f"## {table}" for table in {**_tables(before), **measured}.values())]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _tables(page: str) -> dict[tuple[str, str], str]:
    """The tables of a page, each with its title, by the name of the benchmark and the database."""
    head, *found = page.split("\n## ")
    dated = next((line for line in head.splitlines() if line.startswith("Measured on ")), "")
    tables = {}
    for one in found:
        title, _line, table = one.partition("\n")
        name, _size, database = title.rsplit(", ", 2)
        # Pages of before said once for all tables when they were measured.
        since = f"{dated}\n" if dated and not table.strip().startswith("Measured on ") else ""
        tables[name.strip("`"), database] = f"{title}\n\n{since}{table.strip()}"
    return tables


def _title(one: Measured) -> str:
    return f"`{one.name}`, {one.size:,} rows, {one.database}"


def _table(one: Measured) -> str:
    cores = os.cpu_count() or 1
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC with Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}, {cores} cores.\n"
        f"Load at the start: {one.load:.1f} processes for {cores} cores.\n\n"
        "| Figure | Value | Unit | Limit | Ratio |\n|---|---:|---|---:|---:|\n"
        + "\n".join(_row(figure) for figure in one.figures)
    )


def _row(figure: Figure) -> str:
    limit = "" if figure.limit is None else f"{figure.limit:,}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:g}"
    return f"| `{figure.name}` | {figure.value:,} | {figure.unit} | {limit} | {ratio} |"
