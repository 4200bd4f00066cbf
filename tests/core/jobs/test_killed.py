from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import select

from core.db.keys import KeyRing
from core.jobs.models import JobRow
from core.jobs.pool import Pool
from core.jobs.queue import enqueue
from core.kernel.house import House
from tests.core.exchange.trial import CLERK, TrialUnit


def test_a_worker_killed_in_its_work_leaves_it_to_the_next(house: House, key_ring: KeyRing, tmp_path: Path) -> None:
    """A real process, killed with signal 9 while it runs a job."""
    key_ring.save(tmp_path / "keys.json")
    url = house.database.url.render_as_string(hide_password=False)
    root = Path(__file__).parents[3]
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.core.jobs.worker", url, str(tmp_path / "keys.json"), str(tmp_path)],
        cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, stdout=subprocess.PIPE, text=True,
    )
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        with house.session(CLERK, write=True) as session:
            job_id = enqueue(session, CLERK, "work.slow", {"seconds": 60, "code": "killed"}).id
        limit = time.monotonic() + 20
        while state_of(house, job_id)[0] != "running":
            assert time.monotonic() < limit
            time.sleep(0.05)
        time.sleep(0.5)
        pool = Pool(house, threads=1, poll=0.05, beat=0.1, stale=1.5)
        pool.sweep()
        assert state_of(house, job_id) == ("running", 1), "a worker that shows life keeps its job"
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
    finally:
        worker.kill()
        worker.wait(10)
        if worker.stdout is not None:
            worker.stdout.close()
    with house.session(CLERK, write=True) as session:
        session.get_one(JobRow, job_id).args = {"seconds": 0.2, "code": "finished"}
    limit = time.monotonic() + 20
    while state_of(house, job_id)[0] != "done":
        assert time.monotonic() < limit
        pool.sweep()
        pool.run_waiting()
        time.sleep(0.1)
    assert state_of(house, job_id) == ("done", 2)
    with house.session(CLERK) as session:
        assert session.scalars(select(TrialUnit.code)).all() == ["finished"]


def state_of(house: House, job_id: int) -> tuple[str, int]:
    with house.session(CLERK) as session:
        row = session.get_one(JobRow, job_id)
        return row.state, row.tries
