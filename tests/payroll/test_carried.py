"""The month of the demo company, calculated by the processes of two workers behind a broker, and in this process."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from secrets import token_hex

import pytest
from sqlalchemy import text

from core.broker.post import application
from core.cli.operate import prepare
from core.config import Config
from core.demo import story
from core.jobs.models import JobRow
from core.jobs.pool import Pool
from core.kernel import state
from core.kernel.house import House
from payroll.services import calculation
from payroll.services import run as runs
from remit.base import Actor
from tests.core.broker.place import address, until

ROOT = Path(__file__).parents[2]
SYSTEM = Actor.system("tests")


def asked(house: House) -> int:
    """The open month, to be calculated by a job; attendance of that month is not closed and stays out."""
    with house.session(SYSTEM, write=True) as session:
        state.switch(session, SYSTEM, "attendance", on=False)
    with house.session(SYSTEM, write=True) as session:
        return calculation.ask(session, SYSTEM, runs.open_run(session, SYSTEM, story.OPEN)).id


def job(house: House, job_id: int) -> JobRow:
    with house.session(SYSTEM) as session:
        row = session.get_one(JobRow, job_id)
        session.expunge(row)
        return row


def slips(house: House) -> list[str]:
    """Every payslip and its frozen inputs there are, as they are stored."""
    with house.database.migration() as connection:
        tables = [
            name for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
            if name.startswith(("payroll_slip", "payroll_input", "payroll_run_column"))
        ]  # fmt: skip
        assert "payroll_slip" in tables
        return [
            repr(tuple(row)) for name in sorted(tables)
            for row in connection.execute(text(f"SELECT '{name}', * FROM {name} ORDER BY 2, 3, 4"))  # noqa: S608
        ]  # fmt: skip


@contextmanager
def remit(*words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "core.cli", *words], env={**os.environ, "PYTHONPATH": str(ROOT), **settings}, cwd=ROOT,
        stdout=subprocess.PIPE, text=True, start_new_session=True,
    ) as running:  # fmt: skip
        try:
            yield running
        finally:
            running.send_signal(signal.SIGTERM)
            assert running.wait(60) == 0


@pytest.mark.full
@pytest.mark.parametrize("broker", ["rabbitmq", "redis"])
def test_the_month_by_two_workers_is_the_month(
    broker: str, lingke: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMIT_DEMO_DATE", str(story.TODAY))
    url, queue = address(broker), f"remit-test-{token_hex(6)}"
    here, there = (Path(shutil.copytree(lingke, tmp_path / name)) for name in ("here", "there"))
    embedded, carried = prepare(Config(instance=here)), prepare(Config(instance=there))
    try:
        job_id = asked(embedded)
        assert asked(carried) == job_id
        assert Pool(embedded).run_waiting() >= 1
        assert job(embedded, job_id).state == "done", job(embedded, job_id).failure
        settings = {"REMIT_INSTANCE": str(there), "REMIT_BROKER_URL": url, "REMIT_BROKER_QUEUE": queue}
        with ExitStack() as workers:
            for _number in range(2):
                running = workers.enter_context(remit("worker", "--threads", "1", **settings))
                assert running.stdout is not None
                assert running.stdout.readline()
            until(lambda: job(carried, job_id).ended)
        row = job(carried, job_id)
        assert (row.state, row.tries, row.result) == ("done", 1, job(embedded, job_id).result)
        assert (row.result or {})["slips"] > 50
        assert slips(carried) == slips(embedded)
    finally:
        embedded.database.dispose()
        carried.database.dispose()
        with suppress(Exception), application(url, queue).connection_for_write() as connection:
            connection.channel().queue_delete(queue)
