"""The checks behind `make test`.

`python -m tools.check [--full] [--data DIR] [--only STEP] [pytest arguments]`

The steps that only read the code run side by side, then pytest runs on every core. All of them run even when
one has failed, so that one run shows everything there is to mend. The last lines say what each step took and
what was skipped; with REMIT_TEST_NO_SKIP=1 a skipped test is a failure.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
FULLY_COVERED = ("*/rules.py", "*/rules/*", "core/formula/*", "core/authority/*", "core/access/*")
"""Where a branch without a test is a fault: rules of pay, the expression language, who may do what."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the checks."""

    name: str
    title: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a step."""

    step: Step
    code: int
    seconds: float
    output: str = ""


def static_steps() -> list[Step]:
    """The steps that read the code and run none of it."""
    return [
        Step("lock", "locked versions", (PYTHON, "-m", "tools.lock", "--check")),
        Step("lint", "lint (ruff)", (PYTHON, "-m", "ruff", "check", "--quiet", ".")),
        Step("imports", "who imports whom (import-linter)", (_script("lint-imports"), "--no-cache")),
        Step("reference", "generated pages of docs", (PYTHON, "-m", "tools.reference", "--check")),
        Step("types", "types (mypy)", (PYTHON, "-m", "mypy", "--no-error-summary")),
    ]


def _script(name: str) -> str:
    return str(Path(PYTHON).parent / name)


def _run(step: Step) -> Result:
    started = time.monotonic()
    done = subprocess.run(
        step.command, cwd=ROOT, check=False, capture_output=True, text=True, errors="replace"
    )
    return Result(step, done.returncode, time.monotonic() - started, done.stdout + done.stderr)


def run_static(steps: Sequence[Step]) -> list[Result]:
    """Run the reading steps side by side; print each as it ends, with its output where it failed."""
    results = []
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        for future in as_completed([pool.submit(_run, step) for step in steps]):
            result = future.result()
            print(f"  {result.step.title:<36} {_word(result):<7} {result.seconds:6.1f} s", flush=True)
            if result.code:
                print(_indent(result.output), flush=True)
            results.append(result)
    return results


def run_loud(step: Step, environment: dict[str, str]) -> Result:
    """Run a step whose progress people want to see."""
    started = time.monotonic()
    code = subprocess.run(step.command, cwd=ROOT, check=False, env=os.environ | environment).returncode
    return Result(step, code, time.monotonic() - started)


def tests(options: argparse.Namespace, outcome: Path) -> list[Result]:
    """Run pytest, on every core, and the bounds of coverage after a full run."""
    chosen = "data" if options.data else "not data" if options.full else "not data and not full"
    pytest = ["-m", "pytest", "-p", "tools.outcome", "-m", chosen, "-q", "--durations=8", "--durations-min=3"]
    pytest += ["-n", str(os.cpu_count() or 2), "--dist", "loadfile", "--no-loadscope-reorder", *options.tests]
    if options.data and not options.tests:
        pytest.append("tests/data_sets")  # the rest need not be collected
    covered = options.full and not options.tests
    if covered:
        # Each worker hands over what it reached when its session ends; what it writes as it exits may come too late.
        pytest += ["--cov", "--cov-report=", "--cov-fail-under=0"]
    command = (PYTHON, *pytest)
    environment = {"REMIT_TEST_OUTCOME": str(outcome)}
    if options.data:
        environment["REMIT_TEST_DATA"] = str(Path(options.data).resolve())
    if covered:
        subprocess.run((PYTHON, "-m", "coverage", "erase"), cwd=ROOT, check=True)
    results = [run_loud(Step("tests", "tests (pytest)", command), environment)]
    if covered:
        report = (PYTHON, "-m", "coverage", "report")
        strict = (*report, "--fail-under=100", f"--include={','.join(FULLY_COVERED)}")
        results += [
            run_loud(Step("coverage", "coverage of all", report), {}),
            run_loud(Step("strict coverage", "coverage of rules and authority", strict), {}),
        ]
    return results


def what_was_skipped(outcome: Path, *, whole: bool) -> list[str]:
    """One line for each test, database or browser that was passed over; empty when nothing was.

    `whole` says that the run was not narrowed to some tests, so that a database or browser without a single
    passed test is missed.
    """
    if not outcome.exists():
        return ["the tests: pytest did not get to its end"]
    told = json.loads(outcome.read_text(encoding="utf-8"))
    lines: dict[str, list[str]] = {}
    for nodeid, reason in told["skipped"]:
        lines.setdefault(reason, []).append(nodeid)
    skipped = [
        f"{len(nodes)} x {reason} ({nodes[0]}{', ...' if nodes[1:] else ''})"
        for reason, nodes in lines.items()
    ]
    if whole and told["sqlite"] and not told["postgresql"]:
        skipped.append("PostgreSQL: no test ran on it; name a server in REMIT_TEST_POSTGRES")
    if whole and not told["browser"] and list((ROOT / "tests" / "browser").glob("test_*.py")):
        skipped.append("the browser: no test ran in it; install chromium")
    print(
        f"\n{told['passed']} tests passed, {told['failed']} failed;"
        f" {told['sqlite']} ran on SQLite, {told['postgresql']} on PostgreSQL,"
        f" {told['browser']} in the browser"
    )
    for step in told.get("steps", []):
        print(f"  {step}")
    return skipped


def _word(result: Result) -> str:
    return "ok" if result.code == 0 else "FAILED"


def _indent(text: str) -> str:
    return "".join(f"      {line}\n" for line in text.strip().splitlines())


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.check", description=__doc__)
    parser.add_argument("--full", action="store_true", help="the long tests too, and the bounds of coverage")
    parser.add_argument("--data", metavar="DIR", help="only the tests that need the data sets in DIR")
    names = [step.name for step in static_steps()]
    parser.add_argument("--only", choices=names, help="one of the steps that only read the code, alone")
    options, rest = parser.parse_known_args(arguments)
    options.tests = rest
    if options.data and not Path(options.data).is_dir():
        parser.error(f"there is no folder {options.data}")
    return options


def main(arguments: Sequence[str]) -> int:
    """Run the asked checks; 0 when all passed, and nothing was skipped where that is not allowed."""
    options = _arguments(arguments)
    started = time.monotonic()
    steps = [step for step in static_steps() if options.only in (None, step.name)]
    results = [] if options.data or (options.tests and not options.only) else run_static(steps)
    if options.only:
        return max(result.code for result in results) and 1
    with tempfile.TemporaryDirectory() as folder:
        outcome = Path(folder) / "outcome.json"
        results += tests(options, outcome)
        skipped = what_was_skipped(outcome, whole=not (options.tests or options.data))
    print("".join(f"\n  {r.step.title:<36} {_word(r):<7} {r.seconds:6.1f} s" for r in results))
    minutes, seconds = divmod(int(time.monotonic() - started), 60)
    failed = [result.step.name for result in results if result.code]
    if skipped and os.environ.get("REMIT_TEST_NO_SKIP") == "1":
        failed.append("nothing may be skipped here")
    print(f"\n{'failed: ' + ', '.join(failed) if failed else 'all passed'} in {minutes} min {seconds} s")
    print("\n  ".join(["skipped:", *skipped]) if skipped else "skipped: none")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
