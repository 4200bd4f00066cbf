"""A pytest plugin that writes what became of the tests to the file named by REMIT_TEST_OUTCOME.

tools.check reads it for its last lines; the terminal output of pytest is for people and is not parsed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Write counts, every skipped or expected-to-fail test with its reason, and what tests told of their steps."""
    target = os.environ.get("REMIT_TEST_OUTCOME")
    if not target:
        return
    stats = terminalreporter.stats
    passed = [report.nodeid for report in stats.get("passed", []) if report.when == "call"]
    outcome = {
        "passed": len(passed),
        "failed": len(stats.get("failed", [])) + len(stats.get("error", [])),
        "skipped": [[report.nodeid, _reason(report)] for report in stats.get("skipped", [])]
        + [[report.nodeid, f"expected to fail: {report.wasxfail}"] for report in stats.get("xfailed", [])],
        "sqlite": sum("sqlite" in _parameters(nodeid) for nodeid in passed),
        "postgresql": sum("postgresql" in _parameters(nodeid) for nodeid in passed),
        "browser": sum(nodeid.startswith("tests/browser/") for nodeid in passed),
        "steps": [
            str(value) for report in stats.get("", []) if report.when == "teardown"
            for name, value in report.user_properties if name == "step"
        ],
    }
    Path(target).write_text(json.dumps(outcome, ensure_ascii=False), encoding="utf-8")


def _parameters(nodeid: str) -> list[str]:
    """The parts of a test's parameter id: `test_a[sqlite-3]` -> ["sqlite", "3"]."""
    return nodeid[nodeid.find("[") + 1 : -1].split("-") if nodeid.endswith("]") else []


def _reason(report: Any) -> str:
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(report.longrepr)
