"""The benchmarks run on both databases, in small; how fast is for ``docs/benchmarks.md`` to say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import table
from benchmarks.__main__ import names
from benchmarks.figure import Figure
from remit.testing.postgres import NoServer, Server

ROOT = Path(__file__).resolve().parents[2]
#: Small sizes at which each benchmark still does everything.
SIZES = {
    "audit": 300, "authority": 60, "enqueue": 200, "events": 500, "funnel": 60, "jobs": 4, "leads": 40, "live": 40,
    "pages": 110, "payroll": 200, "people_import": 60, "scores": 1_000, "startup": 1, "workflow": 1_100,
}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bench.sqlite'}"
        return
    try:
        server = Server.find(tmp_path)
    except NoServer as reason:
        pytest.skip(str(reason))
    try:
        yield server.url.set(database=server.create()).render_as_string(hide_password=False)
    finally:
        server.close()


def test_every_benchmark_is_tried():
    assert names() == sorted(SIZES)


@pytest.mark.full
@pytest.mark.parametrize("name", sorted(SIZES))
def test_it_prints_one_line_of_json_per_figure(name, url):
    command = [sys.executable, "-m", "benchmarks", name, "--size", str(SIZES[name]), "--database", url]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    figures = [json.loads(line) for line in done.stdout.splitlines()]
    assert len({one["name"] for one in figures}) == len(figures) > 0
    for one in figures:
        assert set(one) == {"name", "value", "unit", "limit", "ratio"}
        assert one["name"].startswith(f"{name}.")
        assert one["value"] >= 0
        # A run this small may take too little time to be told.
        assert one["ratio"] == (round(one["value"] / one["limit"], 4) if one["limit"] else None)


def test_the_page_holds_what_was_measured_and_says_how_busy_the_machine_was():
    figure = Figure("payroll.seconds", 2.5, "s", 1.25)
    page = table.text([table.Measured("payroll", "SQLite", 1_000, [figure], 3.2)])
    assert "| `payroll.seconds` | 2.5 | s | 1.25 | 2 |" in page
    assert "## `payroll`, 1,000 rows, SQLite" in page
    assert "shared with other work" in page
    assert re.search(r"Load at the start: 3\.2 processes", page)


def test_what_was_not_measured_now_stays_on_the_page_with_its_own_date():
    old = (
        "# Benchmarks\n\nMeasured on 2026-01-02 03:04 UTC with Python 3.11.\n\n"
        "## `jobs`, 9 rows, SQLite\n\n| a |\n\n## `jobs`, 9 rows, PostgreSQL\n\n| b |\n"
    )
    page = table.text([table.Measured("jobs", "SQLite", 2_000, [Figure("jobs.x", 1.0, "s")], 0.1)], old)
    titles = ["## `jobs`, 2,000 rows, SQLite", "## `jobs`, 9 rows, PostgreSQL"]
    assert [line for line in page.splitlines() if line.startswith("## ")] == titles
    assert "| a |" not in page
    assert "## `jobs`, 9 rows, PostgreSQL\n\nMeasured on 2026-01-02 03:04 UTC with Python 3.11.\n| b |" in page
