"""Taking a job by its number, as a worker does that is told of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from core.base import clock
from core.base.actor import Actor
from core.jobs.claims import Claimer
from core.jobs.models import JobRow
from core.jobs.queue import enqueue
from core.kernel import state
from core.kernel.house import House

SYSTEM = Actor.system("tests")


def ask(house: House, kind: str = "work.plain", *, later: bool = False) -> int:
    run_at = clock.now() + timedelta(hours=1) if later else None
    with house.session(SYSTEM, write=True) as session:
        return enqueue(session, SYSTEM, kind, {"code": "x"}, run_at=run_at).id


def switch(house: House, *, on: bool) -> None:
    with house.session(SYSTEM, write=True) as session:
        state.switch(session, SYSTEM, "work", on=on)


def state_of(house: House, job_id: int) -> tuple[str, str | None, int]:
    with house.session(SYSTEM) as session:
        row = session.get_one(JobRow, job_id)
        return row.state, row.worker, row.tries


def test_a_job_is_taken_once_by_whoever_comes_first(house: House) -> None:
    job_id = ask(house)
    workers = [Claimer(house, f"worker {number}") for number in range(6)]
    with ThreadPoolExecutor(6) as threads:
        found = [claim for claim in threads.map(lambda worker: worker.claim(job_id), workers) if claim is not None]
    assert [claim.job_id for claim in found] == [job_id]
    assert state_of(house, job_id) == ("running", found[0].worker, 1)


def test_a_job_that_is_not_due_or_not_there_is_left(house: House) -> None:
    worker, later = Claimer(house, "worker"), ask(house, later=True)
    assert worker.claim(later) is None
    assert worker.claim(later + 1000) is None
    assert state_of(house, later) == ("queued", None, 0)


def test_a_worker_that_has_taken_jobs_sees_at_once_that_a_module_was_switched(house: House) -> None:
    worker = Claimer(house, "worker")
    assert worker.claim(ask(house)) is not None
    assert worker.claim(ask(house)) is not None, "the way of one statement"
    waits = ask(house)
    switch(house, on=False)
    assert worker.claim(waits) is None
    assert state_of(house, waits) == ("queued", None, 0)
    switch(house, on=True)
    assert worker.claim(waits) is not None
