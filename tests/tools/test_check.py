"""The commands of the checkout tell the truth: what was skipped, what failed, which Python is too old."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import check

ROOT = Path(__file__).resolve().parents[2]

SAMPLE = """
import pytest

@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_on_both(database):
    if database == "postgresql":
        pytest.skip("no server")

@pytest.mark.xfail(reason="not yet")
def test_later():
    assert False

def test_plain():
    pass
"""


def outcome_of(folder: Path, source: str, *options: str) -> dict[str, object]:
    """Run pytest on one file of its own in a process of its own and read what the plugin wrote."""
    (folder / "test_sample.py").write_text(source, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    target = folder / "outcome.json"
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tools.outcome", "-p", "no:cacheprovider", *options, "."],
        cwd=folder,
        env=os.environ | {"REMIT_TEST_OUTCOME": str(target), "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
    )
    told: dict[str, object] = json.loads(target.read_text(encoding="utf-8"))
    return told


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "workers"])
def test_skipped_tests_are_told_with_their_reason(tmp_path: Path, workers: tuple[str, ...]) -> None:
    """A skipped and an expected failure are both named, whether or not workers ran them."""
    told = outcome_of(tmp_path, SAMPLE, *workers)
    assert (told["passed"], told["failed"], told["sqlite"], told["postgresql"]) == (2, 0, 1, 0)
    assert told["skipped"] == [
        ["test_sample.py::test_on_both[postgresql]", "no server"],
        ["test_sample.py::test_later", "expected to fail: not yet"],
    ]


def test_errors_in_fixtures_count_as_failed(tmp_path: Path) -> None:
    """An error before the test began is no pass."""
    source = "import pytest\n@pytest.fixture\ndef broken(): raise ValueError\ndef test_it(broken): pass\n"
    told = outcome_of(tmp_path, source)
    assert (told["passed"], told["failed"]) == (0, 1)


def test_a_database_without_a_test_is_missed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was skipped, yet nothing ran on PostgreSQL: the summary says so, unless the run was narrowed."""
    outcome = tmp_path / "outcome.json"
    told = {"passed": 3, "failed": 0, "skipped": [], "sqlite": 2, "postgresql": 0, "browser": 1}
    outcome.write_text(json.dumps(told), encoding="utf-8")
    assert check.what_was_skipped(outcome, whole=False) == []
    (line,) = check.what_was_skipped(outcome, whole=True)
    assert line.startswith("PostgreSQL: no test ran on it")
    assert "3 tests passed, 0 failed" in capsys.readouterr().out


def test_a_run_that_broke_off_is_not_called_complete(tmp_path: Path) -> None:
    """Without an outcome nothing is known, and that is said."""
    assert check.what_was_skipped(tmp_path / "outcome.json", whole=True) == [
        "the tests: pytest did not get to its end"
    ]


def test_one_reason_is_one_line(tmp_path: Path) -> None:
    """Fifty tests skipped for one reason do not hide a single one skipped for another."""
    outcome = tmp_path / "outcome.json"
    skipped = [[f"test_a[{n}]", "no browser"] for n in range(50)] + [["test_b", "no font"]]
    told = {"passed": 1, "failed": 0, "skipped": skipped, "sqlite": 1, "postgresql": 1, "browser": 1}
    outcome.write_text(json.dumps(told), encoding="utf-8")
    assert check.what_was_skipped(outcome, whole=True) == [
        "50 x no browser (test_a[0], ...)",
        "1 x no font (test_b)",
    ]


def test_an_old_python_is_refused_in_one_sentence(tmp_path: Path) -> None:
    """Before anything is made or fetched, with the way out."""
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    venv = tmp_path / "venv"
    done = subprocess.run(
        ["make", "-s", "run", f"PYTHON={old}", f"VENV={venv}"],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    first = done.stderr.splitlines()[0]
    assert done.returncode != 0
    assert first == f"Remit needs Python 3.11 or later, and {old} is Python 3.9.2: make PYTHON=/path/to/python3.11"
    assert not venv.exists()


def test_data_checks_ask_for_their_folder() -> None:
    """`make check-data` without DATA says what is missing and is a wrong use, not a failed test."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.check", "--data", "/nowhere"], cwd=ROOT, check=False, capture_output=True
    )
    assert done.returncode == 2
    assert b"there is no folder /nowhere" in done.stderr
