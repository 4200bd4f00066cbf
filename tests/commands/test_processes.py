"""What only a process of its own shows: serving and being stopped, being killed, two at once, a terminal."""

from __future__ import annotations

import http.client
import json
import os
import pty
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.commands.conftest import PASSWORD, Installation
from tests.commands.month import PEOPLE, POSITIONS, UNITS, as_csv, as_xlsx, identity

MANY = 4_000


def asked(port: int) -> tuple[int, dict[str, object]]:
    """What /healthz answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serving_ends_well_when_it_is_told_to(remit: Installation, number: signal.Signals) -> None:
    with remit.start("serve", "--port", "0") as running:
        try:
            assert running.stdout is not None
            port = int(re.findall(r":(\d+)\s*$", running.stdout.readline())[0])
            status, answer = asked(port)
            assert (status, answer["status"]) == (200, "ok"), answer
            running.send_signal(number)
            _out, err = running.communicate(timeout=30)
        finally:
            running.kill()
    assert running.returncode == 0, err
    assert "Traceback" not in err


def test_a_port_that_is_taken(remit: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = remit.process("serve", "--port", port)
    assert done.code == 1
    assert port in done.err
    assert len(done.err.strip().splitlines()) == 1
    elsewhere = remit.process("serve", "--port", "0", "--host", "192.0.2.1")
    assert (elsewhere.code, "192.0.2.1" in elsewhere.err) == (1, True)


def test_a_bar_is_drawn_on_terminals_only(remit: Installation, files: Path) -> None:
    """Standard output keeps to the answer either way."""
    path = str(files / "roster.xlsx")
    quiet = remit.process("import", "people", path, "--as", "admin")
    assert quiet.code == 0
    assert "\r" not in quiet.err + quiet.out
    assert quiet.out.count("\n") == 1
    controller, terminal = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "core.cli", "import", "people", path, "--as", "admin"], env=remit.env, check=True,
            cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=terminal, text=True,
        )  # fmt: skip
        drawn = os.read(controller, 65536).decode()
    finally:
        os.close(controller)
        os.close(terminal)
    assert "█" in drawn
    assert done.stdout.count("\n") == 1
    assert "\r" not in done.stdout


def crowd(count: int) -> bytes:
    """A roster of many people."""
    head, first, *_rest = PEOPLE
    places = {title: at for at, title in enumerate(head)}
    rows = [head]
    for n in range(count):
        row = list(first)
        row[places["工号"]], row[places["姓名"]] = f"X{n:06d}", f"员工{n}"
        row[places["证件号码"]] = identity(f"310101{1960 + n // 999}0101{n % 999 + 1:03d}")
        row[places["岗位"]], row[places["手机号码"]], row[places["银行账号"]] = "OPS-S", "", ""
        rows.append(row)
    return as_csv(rows)


def set_up(made: Installation, folder: Path) -> None:
    """The company without people."""
    assert made.inside("init", "--password", PASSWORD).code == 0
    for kind, rows in (("units", UNITS), ("positions", POSITIONS)):
        (folder / f"{kind}.xlsx").write_bytes(as_xlsx(rows))
        assert made.inside("import", kind, str(folder / f"{kind}.xlsx")).code == 0


TABLES = ("core_person", "core_employment", "core_employment_terms", "core_assignment")


def counts(made: Installation) -> dict[str, int]:
    """How many rows the tables of people have."""
    return {name: made.rows(f"SELECT COUNT(*) FROM {name}")[0][0] for name in TABLES}  # noqa: S608


def kill_when(running: subprocess.Popen[str], ripe: Callable[[], bool]) -> bool:
    """Kill a process with signal 9 as soon as something holds; whether it still lived then."""
    limit = time.monotonic() + 90
    while running.poll() is None and time.monotonic() < limit:
        if ripe():
            running.send_signal(signal.SIGKILL)
            running.communicate()
            return running.returncode == -signal.SIGKILL
    running.communicate()
    return False


@contextmanager
def is_writing(made: Installation) -> Iterator[Callable[[], bool]]:
    """Whether a process is in the middle of its one transaction: for a moment now it has held the write lock of
    SQLite, or it has a transaction number of PostgreSQL."""
    if made.url:
        statement = ("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
                     " AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
                     " AND xact_start < clock_timestamp() - INTERVAL '50 milliseconds'")  # fmt: skip
        # One connection for all: opening one each time takes longer than a short transaction.
        with psycopg.connect(made.url, autocommit=True) as connection:
            yield lambda: connection.execute(statement).fetchall()[0][0] > 0
        return

    def locked() -> bool:
        with closing(sqlite3.connect(made.folder / "remit.sqlite", timeout=0, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            except sqlite3.OperationalError:
                return True
        time.sleep(0.005)
        return False

    def held() -> bool:
        if not locked():
            return False
        time.sleep(0.2)
        return locked()

    yield held


def test_an_import_killed_while_it_writes_leaves_nothing_and_is_repeated(fresh: Installation, tmp_path: Path) -> None:
    set_up(fresh, tmp_path)
    file = tmp_path / "crowd.csv"
    file.write_bytes(crowd(MANY))
    before = counts(fresh)
    assert set(before.values()) == {0}
    with is_writing(fresh) as ripe, fresh.start("import", "people", str(file), "--as", "admin") as running:
        assert kill_when(running, ripe), "it was killed before it had ended"
    assert counts(fresh) == before
    assert fresh.rows("SELECT COUNT(*) FROM core_import WHERE kind = 'people'")[0][0] == 0
    again = fresh.inside("import", "people", str(file), "--json")
    assert (again.code, again.answer["counts"]["new"]) == (0, MANY)
    assert set(counts(fresh).values()) == {MANY}
    once_more = fresh.inside("import", "people", str(file), "--json")
    assert (once_more.code, once_more.answer["state"]) == (0, "unchanged")
    assert set(counts(fresh).values()) == {MANY}


def test_a_payroll_killed_while_it_writes_leaves_nothing_and_is_repeated(fresh: Installation, tmp_path: Path) -> None:
    set_up(fresh, tmp_path)
    people, salaries = tmp_path / "crowd.csv", tmp_path / "salaries.csv"
    people.write_bytes(crowd(MANY))
    agreed = [[f"X{n:06d}", "2026-01-01", "", "8000"] for n in range(MANY)]
    salaries.write_bytes(as_csv([["工号", "生效日期", "失效日期", "基本工资"], *agreed]))
    for words in (("import", "people", str(people)), ("import", "salaries", str(salaries)),
                  ("attendance", "close", "2026-10")):  # fmt: skip
        assert fresh.inside(*words).code == 0
    with is_writing(fresh) as ripe, fresh.start("payroll", "run", "2026-10", "--as", "admin") as running:
        assert kill_when(running, ripe), "it was killed before it had ended"
    assert fresh.rows("SELECT COUNT(*) FROM payroll_slip")[0][0] == 0
    assert fresh.rows("SELECT COUNT(*) FROM payroll_run")[0][0] == 0
    first = fresh.inside("payroll", "run", "2026-10", "--json")
    assert (first.code, first.answer["slips"]) == (0, MANY)
    second = fresh.inside("payroll", "run", "2026-10", "--json")
    assert (second.code, second.answer["gross"]) == (0, first.answer["gross"])
    assert fresh.rows("SELECT COUNT(*) FROM payroll_slip")[0][0] == MANY


def test_two_imports_of_one_file_at_once_are_one(fresh: Installation, tmp_path: Path) -> None:
    set_up(fresh, tmp_path)
    file = tmp_path / "crowd.csv"
    file.write_bytes(crowd(600))
    words = ("import", "people", str(file), "--as", "admin", "--json")
    with fresh.start(*words) as one, fresh.start(*words) as other:
        answers = [json.loads(running.communicate(timeout=120)[0]) for running in (one, other)]
    assert (one.returncode, other.returncode) == (0, 0)
    assert sorted(answer["state"] for answer in answers) == ["done", "unchanged"]
    assert set(counts(fresh).values()) == {600}
